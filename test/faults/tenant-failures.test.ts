import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { auditAnswer, deletionAnswer, requestAnswer } from '../support/service-answers.ts';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 40_000, interval: 50 };
const NAMES = ['asset-0', 'asset-1', 'asset-2'];

const withAssets = async (): Promise<TestTenant> => {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  await tenant.report(...NAMES.map(asset => upload(asset, { subject: 'ada', content: 'a lighthouse' })));
  return tenant;
};

/** Refuses the destruction of one tenant's keys under the scope, until the function that it answers with is called. */
async function refuseDestruction(
  { id }: TestTenant,
  scope: 'asset' | 'subject',
): Promise<() => Promise<void>> {
  const name = `refusal_${id.replaceAll('-', '')}`;
  await query(
    service(),
    `create or replace function public.refuse() returns trigger language plpgsql as $$
       begin raise exception 'not this one'; end $$;
     create trigger ${name} before update on keys.data_keys for each row
       when (new.tenant = '${id}' and new.state = 'erased' and new.scope like '${scope}/%')
       execute function public.refuse()`,
  );
  const allow = async (): Promise<void> => {
    await query(service(), `drop trigger if exists ${name} on keys.data_keys`);
  };
  onTestFinished(allow);
  return allow;
}

const deleteAssets = async (tenant: TestTenant): Promise<void> => {
  for (const asset of NAMES) await tenant.admin.delete(tenant.path(`/assets/${asset}`));
};

const targets = async (tenant: TestTenant, action: string): Promise<(string | null)[]> => {
  const trail = await tenant.auditor.get(tenant.path(`/audit?limit=500&action=${action}`));
  return trail
    .as(auditAnswer)
    .items.map(({ target }) => target)
    .sort();
};

const expectErasedOnce = async (tenant: TestTenant): Promise<void> => {
  await vi.waitFor(async () => expect(await targets(tenant, 'erasure.certified')).toEqual(NAMES), PATIENCE);
  expect(await targets(tenant, 'asset.erased')).toEqual(NAMES);
};

/** The service has said of the tenant that a worker failed, and by which code. */
const expectTold = (tenant: TestTenant, worker: string): Promise<void> =>
  vi.waitFor(async () => {
    const lines = (await service().output()).split('\n');
    const told = lines.find(line => line.includes(tenant.id) && line.includes(`"worker":"${worker}"`));
    expect(told).toContain('"code":"P0001"');
  }, PATIENCE);

describe('erasures that fail for one tenant', () => {
  it('keep no other waiting, and are carried out once as soon as nothing refuses them any more', async () => {
    const [failing, other] = [await withAssets(), await withAssets()];
    const allow = await refuseDestruction(failing, 'asset');
    // Longer due than what the other tenant has.
    await deleteAssets(failing);
    await expectTold(failing, 'eraser');
    await deleteAssets(other);
    await expectErasedOnce(other);
    expect(await targets(failing, 'asset.erased')).toEqual([]);
    await allow();
    await expectErasedOnce(failing);
    expect(await targets(other, 'erasure.certified')).toEqual(NAMES);
  });

  it('ask the KMS nothing: a tenant whose KMS key is disabled is erased like any other', async () => {
    const tenant = await withAssets();
    const sql = 'select kms_key_id as key from keys.epochs where tenant = $1';
    const [{ key } = { key: '' }] = await query<{ key: string }>(service(), sql, [tenant.id]);
    const clock = { now: () => new Date() };
    const kms = await openEmbeddedKms({ dir: join(service().keystoreDir, 'kms'), clock });
    await kms.disableKey(key);
    await deleteAssets(tenant);
    await expectErasedOnce(tenant);
  });
});

it('an account whose deletion fails for one tenant keeps no other account waiting', async () => {
  const closeAccount = async (tenant: TestTenant): Promise<() => Promise<string>> => {
    const order = { subject: 'ada', scope: 'account' };
    const { id } = (await tenant.admin.post(tenant.path('/deletion-requests'), order)).as(deletionAnswer);
    return async () =>
      (await tenant.dpo.get(tenant.path(`/deletion-requests/${id}`))).as(requestAnswer).state;
  };
  const [failing, other] = [await withAssets(), await withAssets()];
  const allow = await refuseDestruction(failing, 'subject');
  const stateOfFailing = await closeAccount(failing);
  await expectTold(failing, 'account-closer');
  const stateOfOther = await closeAccount(other);
  await vi.waitFor(async () => expect(await stateOfOther()).toBe('erased'), PATIENCE);
  expect(await stateOfFailing()).not.toBe('erased');
  await allow();
  await vi.waitFor(async () => expect(await stateOfFailing()).toBe('erased'), PATIENCE);
});
