import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EpochStore } from '../../../src/domain/ports/epoch-store.ts';
import { createPostgresEpochStore } from '../../../src/platform/postgres/epoch-store.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openContent, openVaultRig, sealEvent, usableGrip, type VaultRig } from './rig.ts';

let rig: VaultRig;
let epochs: EpochStore;
beforeAll(async () => {
  rig = await openVaultRig();
  epochs = createPostgresEpochStore(rig.database);
});
afterAll(() => rig.close());

/** The next epoch of the tenant, with its roots, as the current one. */
async function nextEpoch(tenant: string): Promise<void> {
  const { keyId } = await rig.kms.createKey({ tenant, epoch: '2' });
  await rig.keys.insertEpoch({
    ...{ tenant, epoch: 2, kmsKeyId: keyId },
    ...{ state: 'opening', openedAt: rig.clock.now() },
  });
  for (const purpose of ['serving', 'safety'] as const) {
    const { wrapped } = await rig.kms.generateDataKey(keyId, { tenant, epoch: '2', purpose });
    await rig.keys.insertRoot({ tenant, epoch: 2, purpose, kmsKeyId: keyId, wrapped });
  }
  await epochs.supersede(tenant, 2);
}

test('a key that is made under a cached epoch is refused once it is closed, and made under the present one', async () => {
  const vault = rig.vault();
  const tenant = await rig.newTenant(vault);
  expect((await usableGrip(vault, tenant, 'asset/before')).epoch).toBe(1);
  await nextEpoch(tenant);
  expect((await usableGrip(vault, tenant, 'asset/closing')).epoch).toBe(1);
  await epochs.close(tenant, 1);
  const sealed = await sealEvent(vault, tenant, 'asset/after');
  expect((await usableGrip(vault, tenant, 'asset/after')).epoch).toBe(2);
  expect(await openContent(vault, tenant, sealed)).toMatchObject({ status: 'opened' });
});

test('a tenant none of whose epochs is open gets no key', async () => {
  const vault = rig.vault();
  const tenant = await rig.newTenant(vault);
  await rig.database.writer.query(`update keys.epochs set state = 'closed' where tenant = $1`, [tenant]);
  expect(await rejectionCode(usableGrip(vault, tenant, 'asset/a'))).toBe('key-missing');
  expect(await rig.keys.readDataKeys(tenant, ['asset/a'])).toEqual([]);
});
