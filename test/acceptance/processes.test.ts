import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import { query } from '../support/service-epochs.ts';
import { runLethe } from '../support/service-process.ts';
import { listed, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

let here: TestService;
let there: TestService;
let workers: TestService[];
let tenant: TestTenant;
beforeAll(async () => {
  here = await createService({ database: 'shared', command: ['api'] });
  there = here.anotherNode();
  workers = [here.anotherNode(['worker']), here.anotherNode(['worker', 'views', 'eraser'])];
  // At once, and on an empty database.
  await Promise.all([here, there, ...workers].map(node => node.start()));
  tenant = await registerTenant(here, { minRetention: 'PT0S' });
});
afterAll(async () => {
  await Promise.all([there, ...workers].map(node => node.stop()));
  await here.destroy();
});

const HAND_OVER = { timeout: 10_000, interval: 50 };
const LEASES = [
  ...['views', 'eraser', 'account-closer', 'hold-expirer', 'data-requests', 'offboarder'],
  ...['notary-trees', 'notary-checkpoints', 'pii-detector'],
];

/** The workers whose leases a process says that it holds. */
async function leasesOf(node: TestService): Promise<string[]> {
  const { text } = await node.callerWith(undefined).get('/metrics');
  return [...text.matchAll(/^lethe_lease_held\{worker="(?<worker>[^"]+)"\} 1$/gm)].map(
    ({ groups }) => groups?.['worker'] ?? '',
  );
}

describe('several processes on one database', () => {
  it('start at once: the database is migrated, and one of them makes the one operator key', async () => {
    const outputs = await Promise.all([here, there, ...workers].map(node => node.output()));
    expect(outputs.filter(output => output.includes('operator key (kept in'))).toHaveLength(1);
    const operators = `select from keys.credentials where role = 'operator'`;
    expect(await query(here, operators)).toHaveLength(1);
  });

  it('hold each lease once', async () => {
    await vi.waitFor(async () => {
      const held = (await Promise.all(workers.map(leasesOf))).flat();
      expect(held.sort()).toEqual(expect.arrayContaining(LEASES.toSorted()));
      expect(new Set(held).size).toBe(held.length);
    }, HAND_OVER);
  });

  it('show what was written at one to whoever reads at the other, from the position on that the write told', async () => {
    for (let round = 0; round < 10; round++) {
      const position = await tenant.report(upload(`seen-${round}`, { subject: 'ada' }));
      const reader = there.callerWith(await tenant.key('dpo'));
      const shown = await listed(tenant, reader, 'ada', '?limit=1', position);
      expect(shown).toEqual([`seen-${round}`]);
    }
  });

  it('open nothing at any of them from the acknowledgement of a deletion on, though its key is in memory there', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `open-${index}`);
    await tenant.report(
      ...names.map(name => upload(name, { subject: 'bob', content: `content of ${name}` })),
    );
    const reader = there.callerWith(await tenant.key('subject', { subject: 'bob' }));
    const content = (asset: string) => reader.get(tenant.path(`/assets/${asset}/content`));
    await Promise.all(
      names.map(async name => {
        expect((await content(name)).status).toBe(200);
        const deleted = await tenant.admin.delete(tenant.path(`/assets/${name}`));
        expect(deleted.status, deleted.text).toBeLessThan(300);
        expect((await content(name)).as(problemAnswer)).toMatchObject({ status: 410 });
      }),
    );
  });

  it('refuse a key that was revoked at another of them within two seconds', async () => {
    const issued = await here.operator.post(tenant.path('/api-keys'), { role: 'dpo' });
    const { id, key } = JSON.parse(issued.text) as { readonly id: string; readonly key: string };
    const caller = there.callerWith(key);
    const read = () => caller.get(tenant.path('/deletion-requests'));
    expect((await read()).status).toBe(200);
    expect((await here.operator.delete(tenant.path(`/api-keys/${id}`))).status).toBeLessThan(300);
    const acknowledged = performance.now();
    let [begun, answer] = [acknowledged, await read()];
    while (answer.status === 200) {
      // Counted to where the request begins, so that a slow machine does not count.
      expect(begun - acknowledged).toBeLessThan(2_000);
      [begun, answer] = [performance.now(), await read()];
    }
    expect(answer.as(problemAnswer).code).toBe('credential-revoked');
  });

  it('hand their leases on when they are asked to stop, and end cleanly', async () => {
    const [all, some] = workers as [TestService, TestService];
    expect(await some.stop()).toBe(0);
    await vi.waitFor(
      async () => expect(await leasesOf(all)).toEqual(expect.arrayContaining(LEASES)),
      HAND_OVER,
    );
    await some.start();
    expect(await all.stop()).toBe(0);
    // Only those that it was started for.
    await vi.waitFor(
      async () => expect((await leasesOf(some)).sort()).toEqual(['eraser', 'views']),
      HAND_OVER,
    );
    await all.start();
  });

  it('do not start as workers that there are not', async () => {
    const { code, output } = await here.command('worker', 'erazer');
    expect(code).toBe(1);
    expect(output).toContain('worker-unknown: there is no worker erazer; there are: views, eraser');
  });
});

describe('a process that cannot start', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'lethe-alone-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it.each(['api', 'worker'])('says which variable it needs to run as %s', async command => {
    const log = join(home, `${command}.log`);
    expect(await runLethe([command], log, { LETHE_DATA_DIR: join(home, 'data') }).ended).toBe(1);
    const output = await readFile(log, 'utf8');
    expect(output).toContain(`database-missing: \`lethe ${command}\``);
    expect(output).toContain('DATABASE_URL');
  });

  it.each(['api', 'worker', 'start'])(
    'for want of its port closes what it has opened and ends, as %s',
    async command => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as { readonly port: number };
      const log = join(home, `port-${command}.log`);
      const env = { LETHE_PORT: `${port}`, LETHE_WORKER_PORT: `${port}`, LETHE_DATA_DIR: here.dataDir };
      const DATABASE_URL = await here.databaseUrl();
      expect(await runLethe([command], log, { ...env, DATABASE_URL }).ended).toBe(1);
      expect(await readFile(log, 'utf8')).toContain(`port-in-use: 127.0.0.1:${port} is taken`);
      taken.close();
    },
  );
});
