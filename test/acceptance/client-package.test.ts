import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loggedEvents } from '../support/service-events.ts';
import { callerWith, type Caller } from '../support/service-http.ts';
import { registerTenant, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const run = promisify(execFile);
const service = useService({ database: 'shared' });

/** A product's directory, with the built client installed as `lethe` and what the example needs beside it. */
let product: string;
let tenant: TestTenant;
let env: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  product = await mkdtemp(join(tmpdir(), 'lethe-product-'));
  const modules = join(product, 'node_modules');
  await mkdir(modules);
  await run(process.execPath, [resolve('infra/client/build.ts'), '--out', join(modules, 'lethe')]);
  await symlink(resolve('node_modules/fastify'), join(modules, 'fastify'));
  // Without what `npm install` has left there of somebody who tried it.
  const isOfTheExample = (path: string): boolean => !/node_modules|package-lock/.test(path);
  await cp('docs/examples/image-studio', product, { recursive: true, filter: isOfTheExample });
  tenant = await registerTenant(service());
  env = {
    PATH: process.env['PATH'],
    LETHE_URL: service().address,
    LETHE_TENANT: tenant.id,
    LETHE_KEY: await tenant.key('tenant-admin'),
  };
});
afterAll(() => rm(product, { recursive: true, force: true }));

test('the first integration of the README runs as it stands', async () => {
  const readme = await readFile('README.md', 'utf8');
  const [, code = ''] = /```js\n(?<code>[^]*?)```/.exec(readme) ?? [];
  await writeFile(join(product, 'first.js'), code);
  const keys = {
    LETHE_KEY: await tenant.key('ingest'),
    LETHE_USER_KEY: await tenant.key('subject', { subject: 'user@example.com' }),
  };
  const { stdout } = await run(process.execPath, ['first.js'], { cwd: product, env: { ...env, ...keys } });
  expect(stdout).toContain('a heron on a pier');
  expect(stdout).toMatch(/eraseAt: '\d{4}-/);
  expect(stdout.trimEnd()).toMatch(/asset-deleted$/);
});

test('the package brings its types: a product that misspells an event does not compile', async () => {
  const use = (type: string): string =>
    `import { LetheClient } from 'lethe/client';
     const lethe = new LetheClient({ url: '', tenant: '', key: '' });
     await lethe.record({ type: '${type}', data: { subject: 'user' } });`;
  await writeFile(join(product, 'good.mts'), use('upload.received'));
  await writeFile(join(product, 'bad.mts'), use('upload.recieved'));
  const compile = (file: string): Promise<unknown> =>
    run(
      process.execPath,
      [
        resolve('node_modules/typescript/bin/tsc'),
        ...['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', file],
      ],
      { cwd: product },
    );
  await compile('good.mts');
  await expect(compile('bad.mts')).rejects.toMatchObject({
    stdout: expect.stringContaining('upload.recieved') as string,
  });
});

describe('the image studio of the examples', () => {
  const made = z.object({ picture: z.uuid() });
  let studio: ChildProcess;
  type User = Pick<Caller, 'get' | 'post' | 'delete'>;
  let ada: User;
  let eve: User;

  beforeAll(async () => {
    studio = spawn(process.execPath, ['server.js'], {
      cwd: product,
      env: { ...env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(studio.stdout ?? studio, 'data'));
    const address = /http:\S+/.exec(line.toString())?.[0] ?? '';
    const userWith = (name: string): User => {
      const caller = callerWith(() => address, undefined);
      const headers = { 'x-user': `${name}@user.example` };
      return {
        get: path => caller.send('GET', path, { headers }),
        delete: path => caller.send('DELETE', path, { headers }),
        post: (path, body) =>
          caller.send('POST', path, { headers, body: JSON.stringify(body), type: 'application/json' }),
      };
    };
    ada = userWith('ada');
    eve = userWith('eve');
  });
  afterAll(() => void studio.kill('SIGKILL'));

  test('records uploads, generations and deletions, and shows each user its own', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const upload = (await ada.post('/uploads', { svg, fileName: 'heron.svg' })).as(made).picture;
    const order = { prompt: 'a heron on a pier', from: [upload] };
    const drawn = (await ada.post('/generations', order)).as(made).picture;
    const listed = (await ada.get('/pictures')).as(z.array(made)).map(({ picture }) => picture);
    expect(listed).toEqual([drawn, upload]);
    expect((await ada.get(`/pictures/${upload}`)).text).toBe(svg);
    expect((await ada.get(`/pictures/${drawn}`)).text).toContain('<rect');
    expect((await eve.get('/pictures')).as(z.array(made))).toEqual([]);
    expect((await eve.get(`/pictures/${upload}`)).status).toBe(404);
    expect((await eve.delete(`/pictures/${upload}`)).status).toBe(404);

    expect((await ada.delete(`/pictures/${upload}`)).status).toBe(200);
    expect((await ada.get(`/pictures/${upload}`)).status).toBe(410);
    const assetsOf = async (type: 'generation.requested' | 'generation.completed' | 'asset.hidden') =>
      (await loggedEvents(service(), tenant.id, type)).map(({ asset }) => asset);
    expect(await assetsOf('generation.requested')).toEqual([drawn]);
    expect(await assetsOf('generation.completed')).toEqual([drawn]);
    expect(await assetsOf('asset.hidden')).toContain(upload);
  });

  test('ends when it is told to', async () => {
    studio.kill('SIGTERM');
    const [code] = (await once(studio, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});
