import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFences } from '../../../src/application/vault/fences.ts';
import type { Vault } from '../../../src/application/vault/vault.ts';
import type { KeyStore } from '../../../src/domain/ports/key-store.ts';
import { openContent, openNetwork, openVaultRig, sealEvent, usableGrip, type VaultRig } from './rig.ts';

let rig: VaultRig;
let vault: Vault;
let other: Vault;
let tenant: string;
beforeAll(async () => {
  rig = await openVaultRig();
  [vault, other] = [rig.vault(), rig.vault()];
  tenant = await rig.newTenant(vault);
});
afterAll(() => rig.close());

const at = new Date('2026-01-03T00:00:00.000Z');
const newScope = (): string => `asset/${randomUUID()}`;

describe('a hidden scope', () => {
  it('opens for safety only, from the very next call, in another process that has its key cached', async () => {
    const event = await sealEvent(vault, tenant, newScope());
    for (const one of [vault, other]) expect((await openContent(one, tenant, event)).status).toBe('opened');
    await vault.hide(tenant, [event.scope], at);
    for (const one of [vault, other]) {
      expect(await openContent(one, tenant, event)).toEqual({ status: 'hidden' });
      expect((await openContent(one, tenant, event, 'safety')).status).toBe('opened');
      expect((await openNetwork(one, tenant, event)).status).toBe('opened');
    }
  });

  it('still takes events, which open for safety only', async () => {
    const first = await sealEvent(vault, tenant, newScope());
    await other.hide(tenant, [first.scope], at);
    expect((await usableGrip(vault, tenant, first.scope)).state).toBe('hidden');
    const second = await sealEvent(vault, tenant, first.scope);
    expect(await openContent(other, tenant, second)).toEqual({ status: 'hidden' });
    expect((await openContent(other, tenant, second, 'safety')).status).toBe('opened');
  });

  it('does not touch its neighbours', async () => {
    const [gone, stays] = [
      await sealEvent(vault, tenant, newScope()),
      await sealEvent(vault, tenant, newScope()),
    ];
    await vault.hide(tenant, [gone.scope], at);
    expect((await openContent(other, tenant, stays)).status).toBe('opened');
  });
});

describe('an erased scope', () => {
  it('opens for nobody, from the very next call, and says when it was erased', async () => {
    const event = await sealEvent(vault, tenant, newScope());
    for (const one of [vault, other]) await openNetwork(one, tenant, event);
    const [tombstone] = await vault.erase(tenant, [event.scope], at);
    expect(tombstone).toMatchObject({
      scope: event.scope,
      epoch: 1,
      erasedAt: at,
      safety: null,
      serving: null,
    });
    for (const one of [vault, other]) {
      for (const purpose of ['serving', 'safety'] as const) {
        expect(await openContent(one, tenant, event, purpose)).toEqual({ status: 'erased', erasedAt: at });
      }
      expect(await openNetwork(one, tenant, event)).toEqual({ status: 'erased', erasedAt: at });
    }
  });

  it('gives no grip again, not to the process that made its key either', async () => {
    const scope = newScope();
    const { keyId } = await usableGrip(vault, tenant, scope);
    await other.erase(tenant, [scope], at);
    for (const one of [vault, other]) {
      const wanted = { scope, subject: null, createdAt: at, store: true };
      const grip = (await one.ensureKeys(tenant, [wanted])).get(scope);
      expect(grip).toMatchObject({ status: 'erased', state: 'erased', erasedAt: at, keyId });
    }
  });

  it('stays erased under fifty racing writers: one key at most was ever made, and it opens nothing', async () => {
    const vaults = Array.from({ length: 5 }, () => rig.vault());
    for (let round = 0; round < 4; round++) {
      const scope = newScope();
      const wanted = [{ scope, subject: null, createdAt: at, store: true }];
      const write = async (writer: number) => {
        const grip = (await vaults[writer % vaults.length]?.ensureKeys(tenant, wanted))?.get(scope);
        if (grip === undefined) throw new Error('no grip');
        if (grip.status !== 'usable') return { keyId: grip.keyId, event: undefined };
        const eventId = randomUUID();
        const { blob } = vault.seal(grip, tenant, scope, eventId, { content: Buffer.from('late') });
        return { keyId: grip.keyId, event: { scope, eventId, blob } };
      };
      const early = Array.from({ length: 25 }, (_, writer) => write(writer));
      await Promise.race(early);
      const erasing = other.erase(tenant, [scope], at);
      const late = Array.from({ length: 25 }, (_, writer) => write(writer));
      const written = await Promise.all([...early, ...late]);
      const [tombstone] = await erasing;
      expect(new Set(written.map(({ keyId }) => keyId))).toEqual(new Set([tombstone?.keyId]));
      for (const { event } of written) {
        if (event === undefined) continue;
        expect(await openContent(vault, tenant, event, 'safety')).toEqual({ status: 'erased', erasedAt: at });
      }
      expect((await rig.keys.readDataKeys(tenant, [scope]))[0]).toMatchObject({
        state: 'erased',
        safety: null,
      });
    }
  });

  it('is never opened by a read that starts after the erasure is acknowledged, whatever is in flight', async () => {
    const event = await sealEvent(vault, tenant, newScope());
    const inFlight = Array.from({ length: 30 }, () => openContent(other, tenant, event));
    await vault.erase(tenant, [event.scope], at);
    const later = await Promise.all(Array.from({ length: 30 }, () => openContent(other, tenant, event)));
    for (const result of later) expect(result.status).toBe('erased');
    for (const result of await Promise.all(inFlight)) expect(['opened', 'erased']).toContain(result.status);
    expect((await openContent(other, tenant, event, 'safety')).status).toBe('erased');
  });

  it('that never existed leaves nothing behind; an unstored one becomes a tombstone', async () => {
    expect(await vault.erase(tenant, ['asset/never'], at)).toEqual([]);
    const scope = newScope();
    await vault.ensureKeys(tenant, [{ scope, subject: null, createdAt: at, store: false }]);
    expect((await vault.erase(tenant, [scope], at))[0]).toMatchObject({ state: 'erased', erasedAt: at });
  });

  it('is evicted before the durable write and again after it, also when the write fails', async () => {
    const scope = newScope();
    await usableGrip(vault, tenant, scope);
    const steps: string[] = [];
    const keys: KeyStore = {
      ...rig.keys,
      hide: () => {
        steps.push('write');
        return Promise.reject(new Error('connection lost'));
      },
      erase: (...given) => {
        steps.push('write');
        return rig.keys.erase(...given);
      },
    };
    const cache = {
      evict: (_: string, scopes: readonly string[]) => steps.push(`evict ${scopes.join(' ')}`),
    };
    const fences = createFences({ keys }, cache);
    await expect(fences.hide(tenant, [scope], at)).rejects.toThrow('connection lost');
    expect((await usableGrip(vault, tenant, scope)).state).toBe('live');
    await fences.erase(tenant, [scope], at);
    expect(steps).toEqual(
      Array.from({ length: 2 }, () => [`evict ${scope}`, 'write', `evict ${scope}`]).flat(),
    );
  });
});
