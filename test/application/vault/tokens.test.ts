import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pooledRandom } from '../../../src/application/vault/random.ts';
import { createReadingVault, type ReadingVault, type Vault } from '../../../src/application/vault/vault.ts';
import { LOOKUP_SCOPE } from '../../../src/domain/ports/key-store.ts';
import { createPostgresServingKeyStore } from '../../../src/platform/postgres/serving-key-store.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { CONTENT, openContent, openNetwork, openVaultRig, sealEvent, type VaultRig } from './rig.ts';

let rig: VaultRig;
let vault: Vault;
let tenant: string;
/** A process with the reader's database role and no right to the safety root. */
let serving: ReadingVault;
beforeAll(async () => {
  rig = await openVaultRig();
  vault = rig.vault();
  tenant = await rig.newTenant(vault);
  const keys = createPostgresServingKeyStore({ reader: rig.database.reader });
  const { kms, clock } = rig;
  serving = createReadingVault({ kms, keys, clock, random: pooledRandom(), purposes: ['serving'] });
});
afterAll(async () => {
  serving.close();
  await rig.close();
});

describe('look-up tokens', () => {
  it('are the same in every process, one by one or in bulk, and for a reader without safety rights', async () => {
    const token = await vault.token(tenant, 'subject', 'user@example.org');
    expect(token.length).toBe(32);
    expect(await rig.vault().token(tenant, 'subject', 'user@example.org')).toEqual(token);
    expect(await serving.token(tenant, 'subject', 'user@example.org')).toEqual(token);
    expect(await rig.vault({ purposes: ['safety'] }).token(tenant, 'subject', 'user@example.org')).toEqual(
      token,
    );
    expect(await vault.tokens(tenant, 'subject', ['u-2', 'user@example.org'])).toEqual([
      await vault.token(tenant, 'subject', 'u-2'),
      token,
    ]);
    expect(await vault.tokens(tenant, 'subject', [])).toEqual([]);
  });

  it('differ by value, kind and tenant', async () => {
    const stranger = await rig.newTenant(vault);
    const made = [
      await vault.token(tenant, 'subject', 'a'),
      await vault.token(tenant, 'subject', 'b'),
      await vault.token(tenant, 'ip', 'a'),
      await vault.token(stranger, 'subject', 'a'),
    ];
    expect(new Set(made.map(token => token.toString('hex'))).size).toBe(made.length);
  });

  it('end with the look-up key: erased is said, a key that never was is an alarm', async () => {
    const leaving = await rig.newTenant(vault);
    await vault.token(leaving, 'subject', 'a');
    await vault.erase(leaving, [LOOKUP_SCOPE], new Date());
    expect(await rejectionCode(vault.token(leaving, 'subject', 'a'))).toBe('key-erased');
    expect(await rejectionCode(vault.token(crypto.randomUUID(), 'subject', 'a'))).toBe('key-missing');
  });
});

describe('a reader without safety rights', () => {
  it('opens content to serve, sees fences, and has no way to network or safety', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    expect(await openContent(serving, tenant, event)).toEqual({ status: 'opened', bytes: CONTENT });
    expect(await rejectionCode(openNetwork(serving, tenant, event, 'serving'))).toBe('purpose-refused');
    expect(await rejectionCode(openNetwork(serving, tenant, event, 'safety'))).toBe('purpose-refused');
    await vault.hide(tenant, ['asset/a'], new Date());
    expect(await openContent(serving, tenant, event)).toEqual({ status: 'hidden' });
  });

  it('is refused by the database too where its code would ask for the safety purpose', async () => {
    const event = await sealEvent(vault, tenant, 'asset/b');
    const keys = createPostgresServingKeyStore({ reader: rig.database.reader });
    const { kms, clock } = rig;
    const bold = createReadingVault({
      kms,
      keys,
      clock,
      random: pooledRandom(),
      purposes: ['serving', 'safety'],
    });
    expect(await rejectionCode(openNetwork(bold, tenant, event))).toBe('key-missing');
    bold.close();
  });
});
