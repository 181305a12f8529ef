import { expect, it, vi } from 'vitest';
import { loggedEvents } from '../support/service-events.ts';
import { query } from '../support/service-epochs.ts';
import { generation, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { raiseBarrier } from './barrier.ts';

const service = useService({ database: 'shared' });
const SOON = { timeout: 30_000, interval: 100 };

/** Where the deletion of the root is in the log, and nothing that follows from it is. */
const CLOSING = {
  name: 'the closing of the root’s key',
  table: 'keys.data_keys',
  event: 'update',
  when: `new.scope = 'asset/root'`,
} as const;

const DOORS = {
  'an asset': (tenant: TestTenant) => tenant.admin.delete(tenant.path('/assets/root')),
  'an account': (tenant: TestTenant) =>
    tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', scope: 'account' }),
};

/** A root of Ada's and a child of Eve's; killed once the root's deletion is acknowledged to nobody, but in the log. */
async function killedHalfWay(
  lineage: string,
  ask: (tenant: TestTenant) => Promise<unknown>,
): Promise<TestTenant> {
  const tenant = await registerTenant(service(), { minRetention: 'PT6S', maxRetention: 'P30D', lineage });
  await tenant.report(upload('root', { subject: 'ada', content: 'root' }));
  await tenant.report(generation('child', { subject: 'eve', output: 'child', parents: ['root'] }));
  const { reached, release } = await raiseBarrier(service(), CLOSING);
  void ask(tenant).catch(() => undefined);
  await reached();
  await service().kill();
  // Before the start, which closes keys that the log says are closed.
  await release();
  await service().start();
  return tenant;
}

const assetsOf = async (tenant: TestTenant, type: 'asset.erased' | 'asset.hidden' | 'lineage.flagged') =>
  (await loggedEvents(service(), tenant.id, type)).map(({ asset }) => asset);

it.each(Object.entries(DOORS))(
  'a deletion of %s that nobody repeats takes along what it has to, before it is erased itself',
  async (_door, ask) => {
    const tenant = await killedHalfWay('cascade', ask);
    await vi.waitFor(async () => expect(await assetsOf(tenant, 'asset.erased')).toContain('root'), SOON);
    expect(await assetsOf(tenant, 'asset.hidden')).toEqual(['root', 'child']);
    await vi.waitFor(
      async () => expect(await assetsOf(tenant, 'asset.erased')).toEqual(['root', 'child']),
      SOON,
    );
  },
  90_000,
);

it('a stricter policy of later takes nothing along that the one of the deletion kept', async () => {
  const tenant = await killedHalfWay('keep', DOORS['an asset']);
  const stricter = { minRetention: 'PT6S', maxRetention: 'P30D', lineage: 'cascade' };
  expect((await tenant.admin.put(tenant.path('/policy'), stricter)).status).toBe(200);
  await vi.waitFor(async () => expect(await assetsOf(tenant, 'asset.erased')).toEqual(['root']), SOON);
  expect(await assetsOf(tenant, 'asset.hidden')).toEqual(['root']);
  const open = `select state from keys.data_keys where tenant = $1 and scope = 'asset/child'`;
  expect(await query(service(), open, [tenant.id])).toEqual([{ state: 'live' }]);
}, 90_000);
