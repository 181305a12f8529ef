import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../../../src/application/vault/vault.ts';
import { rejectionCode } from '../../support/code-of.ts';
import {
  CONTENT,
  openContent,
  openNetwork,
  openVaultRig,
  sealEvent,
  usableGrip,
  type VaultRig,
} from './rig.ts';

const LIFE_MS = 5_000;
const at = new Date('2026-01-03T00:00:00.000Z');

let rig: VaultRig;
let vault: Vault;
let tenant: string;
beforeAll(async () => {
  rig = await openVaultRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.kmsDown = false;
  vault = rig.vault();
  tenant = await rig.newTenant(vault);
});

describe('unwrapped keys', () => {
  it('are asked of the KMS once for their life, by many callers at once too', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    const reader = rig.vault();
    rig.decrypts = 0;
    await Promise.all(Array.from({ length: 20 }, () => openContent(reader, tenant, event)));
    expect(rig.decrypts).toBe(1);
    rig.clock.advance(LIFE_MS - 1);
    await openContent(reader, tenant, event);
    expect(rig.decrypts).toBe(1);
    rig.clock.advance(1);
    const other = await sealEvent(vault, tenant, 'asset/b');
    rig.decrypts = 0;
    await openContent(reader, tenant, other);
    expect(rig.decrypts).toBe(1);
  });

  it('can be unwrapped again for longer than they are kept, with a root that stays', async () => {
    const frugal = rig.vault({ rootCacheMs: LIFE_MS * 12 });
    const event = await sealEvent(frugal, tenant, 'asset/a');
    rig.decrypts = 0;
    for (let life = 0; life < 11; life++) {
      rig.clock.advance(LIFE_MS);
      expect(await openContent(frugal, tenant, event)).toMatchObject({ status: 'opened' });
    }
    expect(rig.decrypts).toBe(0);
    await frugal.erase(tenant, ['asset/a'], at);
    expect(await openContent(frugal, tenant, event)).toMatchObject({ status: 'erased' });
    const other = await sealEvent(vault, tenant, 'asset/b');
    rig.clock.advance(LIFE_MS);
    rig.decrypts = 0;
    await openContent(frugal, tenant, other);
    expect(rig.decrypts).toBe(1);
  });

  it('go on for their life while the KMS is down, and then everything fails closed until it is back', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    await openContent(vault, tenant, event);
    rig.kmsDown = true;
    expect(await openContent(vault, tenant, event)).toEqual({ status: 'opened', bytes: CONTENT });
    const meanwhile = await sealEvent(vault, tenant, 'asset/b');
    rig.clock.advance(LIFE_MS);
    expect(await rejectionCode(openContent(vault, tenant, event))).toBe('kms-unavailable');
    expect(await rejectionCode(openNetwork(vault, tenant, event))).toBe('kms-unavailable');
    expect(await rejectionCode(usableGrip(vault, tenant, 'asset/c'))).toBe('kms-unavailable');
    expect(await rejectionCode(vault.token(tenant, 'subject', 'u-1'))).toBe('kms-unavailable');
    expect(await rig.keys.readDataKeys(tenant, ['asset/c'])).toEqual([]);
    rig.kmsDown = false;
    for (const one of [event, meanwhile])
      expect((await openContent(vault, tenant, one)).status).toBe('opened');
    expect((await usableGrip(vault, tenant, 'asset/c')).fresh).toBe(true);
  });

  it('fail closed when the KMS key is disabled, and open again once it is enabled', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    const { kmsKeyId } = await vault.createTenantKeys(tenant);
    await rig.kms.disableKey(kmsKeyId);
    expect(await rejectionCode(openContent(rig.vault(), tenant, event))).toBe('kms-unavailable');
    await rig.kms.enableKey(kmsKeyId);
    expect((await openContent(rig.vault(), tenant, event)).status).toBe('opened');
  });

  it('open for nobody once the KMS key is destroyed: the tenant has left', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    const { kmsKeyId } = await vault.createTenantKeys(tenant);
    await rig.kms.scheduleKeyDeletion(kmsKeyId, 0);
    for (const purpose of ['serving', 'safety'] as const) {
      expect(await rejectionCode(openContent(rig.vault(), tenant, event, purpose))).toBe('kms-key-destroyed');
    }
    rig.clock.advance(LIFE_MS);
    expect(await rejectionCode(openContent(vault, tenant, event))).toBe('kms-key-destroyed');
  });

  it('do not outlive a fence: with the KMS down and the key cached, an erasure still counts at once', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    await openContent(vault, tenant, event);
    rig.kmsDown = true;
    await rig.keys.hide(tenant, ['asset/a'], at);
    expect(await openContent(vault, tenant, event)).toEqual({ status: 'hidden' });
    await rig.keys.erase(tenant, ['asset/a'], at);
    expect(await openContent(vault, tenant, event, 'safety')).toEqual({ status: 'erased', erasedAt: at });
  });

  it('go when the clock is set back, since their true age is unknown', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    rig.clock.advance(-86_400_000);
    rig.decrypts = 0;
    expect((await openContent(vault, tenant, event)).status).toBe('opened');
    expect(rig.decrypts).toBe(1);
  });

  it('are bounded: with room for one, everything still opens and no grip loses its key', async () => {
    const small = rig.vault({ cacheEntries: 1 });
    const [first, second] = [
      await usableGrip(small, tenant, 'asset/a'),
      await usableGrip(small, tenant, 'asset/b'),
    ];
    const requests = [first, second].map((grip, index) => {
      const scope = index === 0 ? 'asset/a' : 'asset/b';
      const { blob } = small.seal(grip, tenant, scope, 'event', { content: CONTENT });
      return { scope, eventId: 'event', blob, part: 'content' as const };
    });
    expect(first.dataKey.reveal().equals(Buffer.alloc(32))).toBe(false);
    const results = await small.openMany(tenant, 'safety', [...requests, ...requests]);
    expect(results.map(({ status }) => status)).toEqual(['opened', 'opened', 'opened', 'opened']);
  });

  it('that a grip holds survive an eviction by hide, erase and close', async () => {
    const grip = await usableGrip(vault, tenant, 'asset/a');
    const key = Buffer.from(grip.dataKey.reveal());
    const again = await usableGrip(vault, tenant, 'asset/a');
    await vault.hide(tenant, ['asset/a'], at);
    await vault.erase(tenant, ['asset/a'], at);
    vault.close();
    expect(grip.dataKey.reveal()).toEqual(key);
    expect(again.dataKey.reveal()).toEqual(key);
  });
});
