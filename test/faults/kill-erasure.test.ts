import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { auditAnswer, deletionAnswer, requestAnswer, requestsAnswer } from '../support/service-answers.ts';
import { placeHold } from '../support/service-holds.ts';
import { openForSafety } from '../support/service-safety.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { dropBarrier, raiseBarrier, type Stage } from './barrier.ts';

const service = useService({ database: 'embedded' });
const PATIENCE = { timeout: 30_000, interval: 50 };
const NAMES = Array.from({ length: 12 }, (_, index) => `asset-${index}`);

const before = (type: string): Stage => ({
  name: `the event ${type}`,
  table: 'log.events',
  event: 'insert',
  when: `new.type = '${type}'`,
});
const destroyed = (scope: string): Stage => ({
  name: `the destruction of the key of ${scope}`,
  table: 'keys.data_keys',
  event: 'update',
  when: `new.state = 'erased' and new.scope like '${scope}/%'`,
});
const forgotten: Stage = {
  name: 'the removal of the directory entry',
  table: 'keys.subjects',
  event: 'delete',
  when: 'true',
};

interface Killing {
  readonly stage: Stage;
  readonly how: string;
  readonly kill: () => Promise<void>;
}

const KILLS = [
  { how: 'the service is', kill: () => service().kill() },
  { how: 'the service and its database are', kill: () => service().killWithDatabase() },
];
const both = (stages: readonly Stage[]): Killing[] =>
  stages.flatMap(stage => KILLS.map(kill => ({ stage, ...kill })));

/** Whatever is asked for is held until the barrier stands, comes to the stage, is killed there, and goes on later. */
async function killedAt(
  tenant: TestTenant,
  { stage, kill }: Killing,
  ask: () => Promise<void>,
): Promise<void> {
  const id = await placeHold(tenant, { subject: 'ada' });
  await ask();
  const { reached } = await raiseBarrier(service(), stage);
  await tenant.dpo.delete(tenant.path(`/holds/${id}`));
  await reached();
  await kill();
  await service().start();
  await dropBarrier(service(), stage);
}

const family = async (): Promise<TestTenant> => {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  await tenant.report(
    ...NAMES.map(asset => upload(asset, { subject: 'ada', content: `content of ${asset}` })),
  );
  return tenant;
};

const targets = async (tenant: TestTenant, action: string): Promise<(string | null)[]> => {
  const trail = await tenant.auditor.get(tenant.path(`/audit?limit=500&action=${action}`));
  return trail
    .as(auditAnswer)
    .items.map(({ target }) => target)
    .sort();
};

async function count(sql: string, tenant: TestTenant): Promise<number> {
  const client = new pg.Client({ connectionString: await service().databaseUrl() });
  await client.connect();
  try {
    return Number((await client.query<{ count: string }>(sql, [tenant.id])).rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** Every asset erased, certified once, opened by nobody; nothing left open. */
async function expectErasedOnce(tenant: TestTenant): Promise<void> {
  const names = [...NAMES].sort();
  await vi.waitFor(async () => expect(await targets(tenant, 'erasure.certified')).toEqual(names), PATIENCE);
  expect(await targets(tenant, 'asset.erased')).toEqual(names);
  for (const name of NAMES) {
    expect(await openForSafety(service(), tenant.id, name)).toEqual([{ content: 'erased' }]);
  }
  const wraps = `select count(*) from keys.data_keys where tenant = $1 and scope like 'asset/%'
    and (state <> 'erased' or safety is not null or serving is not null)`;
  expect(await count(wraps, tenant)).toBe(0);
  const open = `select count(*) filter (where type = 'erasure.started')
    - count(*) filter (where type = 'erasure.completed') as count from log.events where tenant = $1`;
  await vi.waitFor(async () => expect(await count(open, tenant)).toBe(0), PATIENCE);
}

describe('an erasure', () => {
  it.each(
    both([
      before('erasure.started'),
      destroyed('asset'),
      before('asset.erased'),
      before('erasure.certified'),
      before('erasure.completed'),
    ]),
  )('that dies before $stage.name, when $how killed, is finished once by the next start', async killing => {
    const tenant = await family();
    await killedAt(tenant, killing, async () => {
      for (const asset of NAMES) await tenant.admin.delete(tenant.path(`/assets/${asset}`));
    });
    await expectErasedOnce(tenant);
    const requests = (await tenant.dpo.get(tenant.path('/deletion-requests'))).as(requestsAnswer).items;
    expect(requests.map(({ state }) => state)).toEqual(NAMES.map(() => 'erased'));
  });
});

describe('the deletion of an account', () => {
  it.each(both([destroyed('subject'), forgotten, before('account.erased')]))(
    'that dies before $stage.name, when $how killed, is finished once by the next start',
    async killing => {
      const tenant = await family();
      let request = '';
      await killedAt(tenant, killing, async () => {
        const order = { subject: 'ada', scope: 'account' };
        const asked = await tenant.admin.post(tenant.path('/deletion-requests'), order);
        request = asked.as(deletionAnswer).id;
      });
      const done = await vi.waitFor(async () => {
        const read = (await tenant.dpo.get(tenant.path(`/deletion-requests/${request}`))).as(requestAnswer);
        expect(read.state).toBe('erased');
        return read;
      }, PATIENCE);
      expect(done.certificate).toMatchObject({ method: 'cryptographic-erase' });
      await expectErasedOnce(tenant);
      expect(await targets(tenant, 'account.erased')).toHaveLength(1);
      expect(await count('select count(*) from keys.subjects where tenant = $1', tenant)).toBe(0);
    },
  );
});
