import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { lineOf } from '../../src/cli/failure.ts';
import { LetheError } from '../../src/domain/errors.ts';

const run = promisify(execFile);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function lethe(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const options = { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' } as const;
  try {
    const { stdout, stderr } = await run(process.execPath, [resolve('src/cli/main.ts'), ...args], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Outcome;
  }
}

const busy = createServer();
afterAll(() => busy.close());

const nowhere = 'postgres://127.0.0.1:1/lethe';

test.each([
  ['a database that nobody answers for', ['operator-keys'], { DATABASE_URL: nowhere }, 'connection-failed'],
  ['a rules file that is not there', ['rules', 'replay', '--rules', '/nonexistent'], {}, 'file-unusable'],
  [
    'a file to write in no directory',
    ['simulate', '--days', '1', '--out', '/nonexistent/a'],
    {},
    'file-unusable',
  ],
  [
    'a directory to write',
    ['simulate', '--days', '1', '--users', '5', '--out', tmpdir()],
    {},
    'file-unusable',
  ],
  ['a directory to import', ['import', tmpdir(), '--tenant', 't', '--key', 'k'], {}, 'import-file-missing'],
  ['an argument too many', ['simulate', 'traffic.ndjson'], {}, 'too many arguments'],
  ['an address that is none', ['promises', '--url', 'localhost'], {}, 'must be an address'],
  [
    'an address to import to that is none',
    ['import', 'f', '--tenant', 't', '--url', 'here'],
    {},
    'must be an address',
  ],
])(
  '%s is told in a line, with a code and without a stack',
  async (_, args, env, said) => {
    const { code, stdout, stderr } = await lethe(args, env);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  },
  30_000,
);

test('a port that is taken is named, with the variable that chooses another', async () => {
  const port = await new Promise<number>(done => {
    busy.listen(0, '127.0.0.1', () => {
      const address = busy.address();
      done(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const taken = await new Promise(fail => createServer().once('error', fail).listen(port, '127.0.0.1'));
  expect(lineOf(taken)).toBe(
    `port-in-use: 127.0.0.1:${port} is taken: end what listens there, or set LETHE_PORT (of \`lethe worker\`, LETHE_WORKER_PORT)`,
  );
});

test('an expected failure keeps its code, and a defect its stack', () => {
  expect(lineOf(new LetheError('view-unknown', 'there is no such view'))).toBe(
    'view-unknown: there is no such view',
  );
  expect(lineOf(new TypeError('cannot read properties of undefined'))).toBeUndefined();
});

test('the version is that of the package', async () => {
  expect(await lethe(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
});
