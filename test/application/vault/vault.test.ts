import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../../src/application/vault/vault.ts';
import type { Kms } from '../../../src/domain/ports/kms.ts';
import { LOOKUP_SCOPE } from '../../../src/domain/ports/key-store.ts';
import { codeOf, rejectionCode } from '../../support/code-of.ts';
import {
  CONTENT,
  NETWORK,
  openContent,
  openNetwork,
  openVaultRig,
  sealEvent,
  usableGrip,
  type VaultRig,
} from './rig.ts';

let rig: VaultRig;
let vault: Vault;
let tenant: string;
beforeAll(async () => {
  rig = await openVaultRig();
  vault = rig.vault();
  tenant = await rig.newTenant(vault);
});
afterAll(() => rig.close());

const at = new Date('2026-01-01T00:00:00.000Z');

describe('sealing and opening', () => {
  it('gives back any parts, to any vault on the same stores', async () => {
    const reader = rig.vault();
    const bytes = fc.uint8Array({ maxLength: 500 }).map(array => Buffer.from(array));
    const names = fc.subarray(['content', 'network'] as const, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, names, async (content, network, parts) => {
        const scope = `asset/${randomUUID()}`;
        const eventId = randomUUID();
        const plain = { content, network };
        const given = Object.fromEntries(parts.map(part => [part, plain[part]]));
        const { blob } = vault.seal(await usableGrip(vault, tenant, scope), tenant, scope, eventId, given);
        for (const part of parts) {
          const opened = await reader.open(tenant, scope, 'safety', blob, eventId, part);
          expect(opened).toEqual({ status: 'opened', bytes: plain[part] });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('describes the blob as the envelope keeps it', async () => {
    const grip = await usableGrip(vault, tenant, 'asset/described');
    const parts = { content: CONTENT, network: NETWORK };
    const { blob, reference } = vault.seal(grip, tenant, 'asset/described', randomUUID(), parts);
    expect(reference).toEqual({
      algorithm: 'HKDF-SHA256+A256GCM+commit',
      key: grip.keyId,
      epoch: 1,
      parts: ['content', 'network'],
      bytes: blob.length,
      hash: createHash('sha256').update(blob).digest('base64url'),
    });
  });

  it('opens content for both purposes and network for safety alone', async () => {
    const event = await sealEvent(vault, tenant, 'asset/purposes');
    const content = { status: 'opened', bytes: CONTENT };
    expect(await openContent(vault, tenant, event, 'serving')).toEqual(content);
    expect(await openContent(vault, tenant, event, 'safety')).toEqual(content);
    expect(await openNetwork(vault, tenant, event, 'safety')).toEqual({ status: 'opened', bytes: NETWORK });
    expect(await rejectionCode(openNetwork(vault, tenant, event, 'serving'))).toBe('purpose-refused');
  });

  it('opens a list in its order with one result each, and refuses a list that asks for network to serve', async () => {
    const events = [await sealEvent(vault, tenant, 'asset/l1'), await sealEvent(vault, tenant, 'asset/l2')];
    await vault.ensureKeys(tenant, [{ scope: 'asset/l3', subject: null, createdAt: at, store: false }]);
    const requests = [...events, { ...events[0], scope: 'asset/l3' }].map(event => ({
      scope: event.scope,
      eventId: event.eventId ?? '',
      blob: event.blob ?? Buffer.alloc(0),
      part: 'content' as const,
    }));
    const opened = { status: 'opened', bytes: CONTENT };
    expect(await vault.openMany(tenant, 'serving', requests)).toEqual([
      opened,
      opened,
      { status: 'unstored' },
    ]);
    expect(await vault.openMany(tenant, 'serving', [])).toEqual([]);
    const network = requests.map(request => ({ ...request, part: 'network' as const }));
    expect(await rejectionCode(vault.openMany(tenant, 'serving', network))).toBe('purpose-refused');
  });

  it('refuses a payload that was changed or moved to another event, asset or tenant', async () => {
    const event = await sealEvent(vault, tenant, 'asset/moved');
    const other = await sealEvent(vault, tenant, 'asset/elsewhere');
    const changed = Buffer.from(event.blob);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    const attempt = (more: object): Promise<string | undefined> =>
      rejectionCode(openNetwork(vault, tenant, { ...event, ...more }));
    expect(await attempt({ blob: changed })).toBe('sealed-tampered');
    expect(await attempt({ eventId: randomUUID() })).toBe('key-commitment-mismatch');
    expect(await attempt({ scope: other.scope })).toBe('key-commitment-mismatch');
    const stranger = await rig.newTenant(vault);
    expect(await rejectionCode(openContent(vault, stranger, event))).toBe('key-missing');
    expect((await openContent(vault, tenant, event)).status).toBe('opened');
  });

  it('raises key-missing, never an empty answer, where there is neither a key nor a tombstone', async () => {
    const event = await sealEvent(vault, tenant, 'asset/there');
    expect(await rejectionCode(openContent(vault, tenant, { ...event, scope: 'asset/never' }))).toBe(
      'key-missing',
    );
  });

  it('keeps keys out of whatever a grip is printed into', async () => {
    const grip = await usableGrip(vault, tenant, 'asset/printed');
    const printed = JSON.stringify(grip);
    expect(printed).toContain('[secret]');
    expect(printed).not.toContain(JSON.stringify(grip.dataKey.reveal()));
  });
});

describe('making keys', () => {
  it('makes a key once, and gives the same to whoever asks later', async () => {
    const subject = randomUUID();
    const wanted = { scope: 'asset/once', subject, createdAt: at, store: true };
    const first = (await vault.ensureKeys(tenant, [wanted, { ...wanted, store: false }])).get('asset/once');
    expect(first).toMatchObject({
      status: 'usable',
      state: 'live',
      fresh: true,
      epoch: 1,
      subject,
      createdAt: at,
    });
    const later = { ...wanted, subject: null, createdAt: new Date() };
    const second = (await rig.vault().ensureKeys(tenant, [later])).get('asset/once');
    expect(second).toMatchObject({
      status: 'usable',
      fresh: false,
      keyId: first?.keyId,
      subject,
      createdAt: at,
    });
    if (first?.status !== 'usable' || second?.status !== 'usable') throw new Error('no key');
    expect(second.dataKey.reveal()).toEqual(first.dataKey.reveal());
    expect(second.contentKey.reveal()).toEqual(first.contentKey.reveal());
  });

  it('never gives a key to a scope that is not to be stored, nor to any later event of it', async () => {
    const wanted = { scope: 'asset/unstored', subject: null, createdAt: at, store: false };
    const first = (await vault.ensureKeys(tenant, [wanted])).get('asset/unstored');
    expect(first).toMatchObject({ status: 'unstored', fresh: true });
    const second = (await vault.ensureKeys(tenant, [{ ...wanted, store: true }])).get('asset/unstored');
    expect(second).toMatchObject({ status: 'unstored', fresh: false, keyId: first?.keyId });
    const [row] = await rig.keys.readDataKeys(tenant, ['asset/unstored']);
    expect(row).toMatchObject({ state: 'unstored', safety: null, serving: null });
    const event = { scope: 'asset/unstored', eventId: randomUUID(), blob: Buffer.alloc(0) };
    expect(await openContent(vault, tenant, event)).toEqual({ status: 'unstored' });
  });

  it('makes a thousand keys at once, all different, and each opens what it sealed', async () => {
    const scopes = Array.from({ length: 1_000 }, (_, index) => `asset/bulk-${index}`);
    const grips = await vault.ensureKeys(
      tenant,
      scopes.map(scope => ({ scope, subject: null, createdAt: at, store: true })),
    );
    expect(new Set([...grips.values()].map(({ keyId }) => keyId)).size).toBe(1_000);
    const requests = scopes.map(scope => {
      const grip = grips.get(scope);
      if (grip?.status !== 'usable') throw new Error(scope);
      const content = Buffer.from(scope);
      const { blob } = vault.seal(grip, tenant, scope, 'event', { content });
      return { scope, eventId: 'event', blob, part: 'content' as const };
    });
    const opened = await rig.vault().openMany(tenant, 'serving', requests);
    expect(opened).toEqual(scopes.map(scope => ({ status: 'opened', bytes: Buffer.from(scope) })));
  });

  it('needs both purposes, and a vault opens for no purpose that it is not given', async () => {
    const serving = rig.vault({ purposes: ['serving'] });
    const event = await sealEvent(vault, tenant, 'asset/limited');
    expect((await openContent(serving, tenant, event)).status).toBe('opened');
    expect(await rejectionCode(openContent(serving, tenant, event, 'safety'))).toBe('purpose-refused');
    expect(await rejectionCode(usableGrip(serving, tenant, 'asset/limited'))).toBe('purpose-refused');
  });

  it('for a tenant without roots is an alarm, and stores nothing', async () => {
    const nobody = randomUUID();
    expect(await rejectionCode(usableGrip(vault, nobody, 'asset/a'))).toBe('key-missing');
    expect(await rig.keys.readDataKeys(nobody, ['asset/a'])).toEqual([]);
  });

  it('seals nothing where no part is given', async () => {
    const grip = await usableGrip(vault, tenant, 'asset/nothing');
    expect(() => codeOf(() => vault.seal(grip, tenant, 'asset/nothing', randomUUID(), {}))).toThrow(
      RangeError,
    );
  });
});

describe("a tenant's keys", () => {
  it('are one KMS key, two roots and a look-up key, however many callers make them at once', async () => {
    const name = randomUUID();
    const callers = 6;
    const made: string[] = [];
    const everyone = Promise.withResolvers<undefined>();
    // Nobody goes on before all have found no root, so that all of them race.
    const createKey: Kms['createKey'] = async tags => {
      const key = await rig.kms.createKey(tags);
      if (made.push(key.keyId) === callers) everyone.resolve(undefined);
      await everyone.promise;
      return key;
    };
    const kms = { ...rig.kms, createKey };
    const answers = await Promise.all(
      Array.from({ length: callers }, () => rig.vault({ kms }).createTenantKeys(name)),
    );
    const [serving, safety] = [
      await rig.keys.readRoot(name, 1, 'serving'),
      await rig.keys.readRoot(name, 1, 'safety'),
    ];
    expect(safety?.kmsKeyId).toBe(serving?.kmsKeyId);
    for (const answer of answers) expect(answer).toEqual({ kmsKeyId: serving?.kmsKeyId, epoch: 1 });
    for (const keyId of made) {
      const expected = keyId === serving?.kmsKeyId ? 'enabled' : 'pending-deletion';
      expect((await rig.kms.describeKey(keyId)).state).toBe(expected);
    }
    expect((await rig.keys.readDataKeys(name, [LOOKUP_SCOPE])).length).toBe(1);
    const event = await sealEvent(vault, name, 'asset/a');
    expect((await openNetwork(rig.vault(), name, event)).status).toBe('opened');
  });

  it('are completed by a second attempt after a failure at any call to the KMS', async () => {
    for (let failing = 1; failing <= 3; failing++) {
      const name = randomUUID();
      let calls = 0;
      const count = <T>(run: () => Promise<T>): Promise<T> =>
        ++calls === failing ? Promise.reject(new Error('socket hang up')) : run();
      const kms = {
        ...rig.kms,
        createKey: (tags: Record<string, string>) => count(() => rig.kms.createKey(tags)),
        generateDataKey: (...given: Parameters<typeof rig.kms.generateDataKey>) =>
          count(() => rig.kms.generateDataKey(...given)),
      };
      const failingVault = rig.vault({ kms });
      expect(await rejectionCode(failingVault.createTenantKeys(name))).toBe('kms-unavailable');
      expect((await failingVault.createTenantKeys(name)).epoch).toBe(1);
      const event = await sealEvent(failingVault, name, 'asset/a');
      expect((await openNetwork(failingVault, name, event)).status).toBe('opened');
    }
  });
});
