import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createTenantEnd,
  type DestroyedKeys,
  type TenantEnd,
} from '../../../src/application/vault/tenant-end.ts';
import type { Vault } from '../../../src/application/vault/vault.ts';
import { assetScope } from '../../../src/domain/ports/key-store.ts';
import { createPostgresEpochStore } from '../../../src/platform/postgres/epoch-store.ts';
import { createPostgresTenantKeyStore } from '../../../src/platform/postgres/tenant-key-store.ts';
import { openContent, openVaultRig, sealEvent, usableGrip, type SealedEvent, type VaultRig } from './rig.ts';

let rig: VaultRig;
let vault: Vault;
let tenant: string;
let sealed: SealedEvent;

beforeEach(async () => {
  rig = await openVaultRig();
  vault = rig.vault();
  tenant = await rig.newTenant(vault);
  sealed = await sealEvent(vault, tenant, assetScope('a'));
});
afterEach(() => rig.close());

const tenantEnd = (pendingDays = 0): TenantEnd =>
  createTenantEnd({
    kms: rig.kms,
    clock: rig.clock,
    tenantKeys: createPostgresTenantKeyStore({ writer: rig.database.writer }),
    vaults: [vault],
    pendingDays,
  });
const allGone = (...foundGone: string[]): DestroyedKeys => ({ at: rig.clock.now(), foundGone });
const kmsState = async (): Promise<string> => {
  const [key = ''] = await tenantEnd().kmsKeys(tenant);
  return (await rig.kms.describeKey(key)).state;
};

test('destroys every key of the tenant, and none of another', async () => {
  const other = await rig.newTenant(vault);
  const theirs = await sealEvent(vault, other, assetScope('a'));
  expect(await tenantEnd().destroyTenantKeys(tenant)).toEqual(allGone());
  expect(await openContent(vault, tenant, sealed)).toMatchObject({ status: 'erased' });
  expect(await openContent(rig.vault(), tenant, sealed, 'safety')).toMatchObject({ status: 'erased' });
  await expect(rig.vault().token(tenant, 'subject', 'ada')).rejects.toMatchObject({ code: 'key-erased' });
  expect(await kmsState()).toBe('destroyed');
  expect(await openContent(vault, other, theirs)).toMatchObject({ status: 'opened' });
});

test('is the end: no key is made for the tenant any more, by a process with warm caches either', async () => {
  await usableGrip(vault, tenant, assetScope('b'));
  await tenantEnd().destroyTenantKeys(tenant);
  await expect(usableGrip(vault, tenant, assetScope('c'))).rejects.toThrow();
  expect(await rig.keys.readDataKeys(tenant, [assetScope('c')])).toEqual([]);
});

test('can be repeated after every step, and the first dates stand', async () => {
  const at = rig.clock.now();
  await tenantEnd().destroyTenantKeys(tenant);
  await tenantEnd().bury(tenant, at);
  rig.clock.advance(60_000);
  await tenantEnd().destroyTenantKeys(tenant);
  await tenantEnd().bury(tenant, rig.clock.now());
  const [row] = await rig.keys.readDataKeys(tenant, [assetScope('a')]);
  expect(row?.erasedAt).toEqual(at);
  const { rows } = await rig.database.writer.query(
    'select state, destroyed_at from keys.epochs where tenant = $1',
    [tenant],
  );
  expect(rows).toEqual([{ state: 'destroyed', destroyed_at: at }]);
});

test('with the KMS away says so; data keys are gone, and the next attempt completes it', async () => {
  rig.kmsDown = true;
  await expect(tenantEnd().destroyTenantKeys(tenant)).rejects.toMatchObject({ code: 'kms-unavailable' });
  expect(await openContent(rig.vault(), tenant, sealed)).toMatchObject({ status: 'erased' });
  rig.kmsDown = false;
  expect(await kmsState()).toBe('enabled');
  expect(await tenantEnd().destroyTenantKeys(tenant)).toEqual(allGone());
  expect(await kmsState()).toBe('destroyed');
});

test('is not done while the KMS could still bring a key back', async () => {
  expect(await tenantEnd(7).destroyTenantKeys(tenant)).toBeUndefined();
  expect(await tenantEnd(7).destroyTenantKeys(tenant)).toBeUndefined();
  expect(await kmsState()).toBe('pending-deletion');
  rig.clock.advance(7 * 86_400_000);
  expect(await tenantEnd(7).destroyTenantKeys(tenant)).toEqual(allGone());
});

/** An epoch of the tenant under a KMS key that the KMS does not know. */
const addUnknown = async (state: 'retired' | 'destroyed'): Promise<string> => {
  const kmsKeyId = randomUUID();
  const openedAt = rig.clock.now();
  await rig.keys.insertEpoch({ tenant, epoch: 7, kmsKeyId, state: 'closed', openedAt });
  const epochs = createPostgresEpochStore(rig.database);
  await epochs.retire(tenant, 7, { at: openedAt, survivors: 0 });
  if (state === 'destroyed') await epochs.destroyed(tenant, 7, openedAt);
  return kmsKeyId;
};

test('a key that the KMS no longer knows is found gone where its end was on record before', async () => {
  const unknown = await addUnknown('destroyed');
  expect(await tenantEnd().destroyTenantKeys(tenant)).toEqual(allGone(unknown));
  expect(await tenantEnd().kmsKeys(tenant)).toContain(unknown);
  expect(await kmsState()).toBe('destroyed');
});

test('a key that nobody saw destroyed has to be found: one that is not there ends nothing', async () => {
  await addUnknown('retired');
  await expect(tenantEnd().destroyTenantKeys(tenant)).rejects.toMatchObject({ code: 'kms-key-not-found' });
  const { rows } = await rig.database.writer.query(
    `select epoch from keys.epochs where tenant = $1 and state = 'destroyed'`,
    [tenant],
  );
  expect(rows).toEqual([]);
});
