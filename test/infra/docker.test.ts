import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const FOLDER = 'infra/docker';
const read = (name: string): Promise<string> => readFile(`${FOLDER}/${name}`, 'utf8');

/** Instructions of a Dockerfile, in order; continued lines are one, comments none. */
async function instructionsOf(name: string): Promise<{ word: string; rest: string }[]> {
  const lines = (await read(name))
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines.flatMap(line => {
    const { word, rest } = /^(?<word>[A-Z]+) (?<rest>.*)$/.exec(line)?.groups ?? {};
    return word === undefined || rest === undefined ? [] : [{ word, rest }];
  });
}

const packageFile = z.object({ dependencies: z.record(z.string(), z.string()) });

describe.each(['Dockerfile', 'local-kms.Dockerfile'])('%s', name => {
  it('builds on images of one exact version, in two stages', async () => {
    const bases = (await instructionsOf(name)).filter(({ word }) => word === 'FROM');
    expect(bases).toHaveLength(2);
    for (const { rest } of bases) expect(rest).toMatch(/^(scratch|\S+:\d+\.\d+\.\d+-\S+)( AS \S+)?$/);
  });

  it('runs as nobody with rights, by number, so that Kubernetes can tell', async () => {
    const users = (await instructionsOf(name)).filter(({ word }) => word === 'USER');
    expect(users.map(({ rest }) => rest)).toEqual(['1000:1000']);
  });

  it('starts its process without a shell, which would keep SIGTERM to itself', async () => {
    const starts = (await instructionsOf(name)).filter(({ word }) => ['ENTRYPOINT', 'CMD'].includes(word));
    expect(starts.length).toBeGreaterThan(0);
    for (const { rest } of starts) expect(JSON.parse(rest)).toBeInstanceOf(Array);
  });

  it('copies only what its ignore file lets into the build, and all of it exists', async () => {
    const ignore = (await read(`${name}.dockerignore`)).split('\n').filter(line => !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    const allowed = ignore.filter(line => line.startsWith('!')).map(line => line.slice(1));
    const copied = (await instructionsOf(name))
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(new Set(copied)).toEqual(new Set(allowed));
    await Promise.all(copied.map(path => access(path)));
  });

  it('holds no secret', async () => {
    expect(await read(name)).not.toMatch(/password|secret|token|access_key/i);
  });
});

describe('the image of the service', () => {
  it('has the Node that the package names, with the switches that `npm start` has', async () => {
    const { dependencies } = packageFile.parse(JSON.parse(await readFile('package.json', 'utf8')));
    const dockerfile = await read('Dockerfile');
    expect(dockerfile).toContain(`FROM node:${dependencies['node']?.slice(1) ?? ''}-`);
    const start = /"start": "node (?<args>.*) start"/.exec(await readFile('package.json', 'utf8'));
    const args = start?.groups?.['args']?.split(' ') ?? [];
    expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(['node', ...args]).replaceAll('","', '", "')}`);
  });

  it('has every file that the sources read beside themselves', async () => {
    const dockerfile = await read('Dockerfile');
    expect(dockerfile).toContain('COPY infra/postgres/migrations infra/postgres/migrations');
    expect(dockerfile).toContain('COPY src src');
  });
});

describe('the health check of the image', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function answering(status: number): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(status).end());
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return String((server.address() as AddressInfo).port);
  }

  async function nobodyAt(): Promise<string> {
    const port = await answering(200);
    await new Promise(done => servers.pop()?.close(done));
    return port;
  }

  async function check(api: string, worker: string): Promise<number | null> {
    const env = { LETHE_PORT: api, LETHE_WORKER_PORT: worker };
    const child = spawn(process.execPath, [`${FOLDER}/healthcheck.ts`], { env, stdio: 'ignore' });
    await once(child, 'exit');
    return child.exitCode;
  }

  it('passes where the API or the worker is ready, and fails where neither answers or is', async () => {
    const [ready, unready, nobody] = [await answering(200), await answering(503), await nobodyAt()];
    expect(await Promise.all([check(ready, nobody), check(nobody, ready)])).toEqual([0, 0]);
    expect(await Promise.all([check(unready, nobody), check(nobody, nobody)])).toEqual([1, 1]);
  });
});
