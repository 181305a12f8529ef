import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEAD_LETTER_SCOPES } from '../../../src/application/dead-letters/days.ts';
import { expireDeadLetters } from '../../../src/application/dead-letters/expiry.ts';
import { createLetters, type Letters, type Refused } from '../../../src/application/dead-letters/letters.ts';
import { createTenantEnd } from '../../../src/application/vault/tenant-end.ts';
import type { Vault } from '../../../src/application/vault/vault.ts';
import { CELL_KEYS } from '../../../src/domain/cell/keys.ts';
import type { DeadLetter } from '../../../src/domain/ports/dead-letters.ts';
import { livingKeysUnder } from '../../../src/platform/postgres/dead-letter-keys.ts';
import { createPostgresTenantKeyStore } from '../../../src/platform/postgres/tenant-key-store.ts';
import { tellingAttempts } from '../../support/attempts.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openVaultRig, sealEvent, type VaultRig } from '../vault/rig.ts';

const DAY_MS = 86_400_000;
const LIFE_MS = 7 * DAY_MS;
const ORIGINAL = {
  key: Buffer.from([0xff, 0x00]),
  value: Buffer.from('{"prompt":"a lighthouse in fog"}'),
  headers: { 'content-type': Buffer.from('application/cloudevents+json') },
};

let rig: VaultRig;
let vault: Vault;
let letters: Letters;
let tenant: string;
beforeEach(async () => {
  rig = await openVaultRig();
  vault = rig.vault();
  letters = createLetters({ vault, clock: rig.clock });
  tenant = await rig.newTenant(vault);
});
afterEach(() => rig.close());

const refused = (fields: Partial<Refused> = {}): Refused => ({
  origin: { topic: 'in', partition: 0, offset: '7', index: 0 },
  original: ORIGINAL,
  code: 'invalid-event',
  reason: 'mend it',
  tenant,
  ...fields,
});
const sealed = async (fields: Partial<Refused> = {}): Promise<DeadLetter> => {
  const [letter] = await letters.seal([refused(fields)]);
  if (letter === undefined) throw new Error('no letter');
  return letter;
};
const expire = (): Promise<number> =>
  expireDeadLetters({
    ...{ vault, clock: rig.clock, lifeMs: LIFE_MS, attempts: tellingAttempts().attempts },
    livingKeys: () => livingKeysUnder(rig.database.writer, DEAD_LETTER_SCOPES),
  });

describe('a dead letter', () => {
  test('holds the message, byte for byte, and nothing of it in clear', async () => {
    const letter = await sealed();
    expect(await letters.open(letter)).toEqual(ORIGINAL);
    expect(letter).toMatchObject({ id: 'in/0/7/0', code: 'invalid-event', tenant, at: rig.clock.now() });
    expect(letter.sealed?.blob.includes('lighthouse')).toBe(false);
  });

  test('of a message without key and value is opened as that', async () => {
    const original = { key: null, value: null, headers: {} };
    expect(await letters.open(await sealed({ original }))).toEqual(original);
  });

  test('does not open as another one, or as another tenant’s', async () => {
    const letter = await sealed();
    const other = await rig.newTenant(vault);
    await letters.seal([refused({ tenant: other })]);
    expect(await letters.open({ ...letter, id: 'in/0/8/0' })).toBeUndefined();
    expect(await letters.open({ ...letter, tenant: other })).toBeUndefined();
  });

  test('of no known tenant is sealed with the cell’s own key, which comes to be with the first', async () => {
    expect(await rig.keys.currentEpoch(CELL_KEYS)).toBeUndefined();
    const letter = await sealed({ tenant: undefined });
    expect(await letters.open(letter)).toEqual(ORIGINAL);
    expect(await rig.keys.currentEpoch(CELL_KEYS)).toBe(1);
    expect(await letters.open(await sealed({ tenant: undefined }))).toEqual(ORIGINAL);
    expect(await rig.keys.currentEpoch(CELL_KEYS)).toBe(1);
  });

  test.each(['asset-erased', 'account-deleted', 'tenant-erased'])(
    'is an address alone where what it is about is erased (%s)',
    async code => {
      const letter = await sealed({ code });
      expect(letter.sealed).toBeUndefined();
      expect(await letters.open(letter)).toBeUndefined();
    },
  );

  test('is an address alone where the tenant has no keys', async () => {
    expect((await sealed({ tenant: randomUUID() })).sealed).toBeUndefined();
  });

  test('is not made while the KMS is away: whoever makes it has to come again', async () => {
    const fresh = rig.vault();
    rig.kmsDown = true;
    const failing = createLetters({ vault: fresh, clock: rig.clock }).seal([refused()]);
    expect(await rejectionCode(failing)).toBe('kms-unavailable');
    rig.kmsDown = false;
    expect((await sealed()).sealed).toBeDefined();
  });
});

describe('the keys of dead letters', () => {
  test('last until the last letter of their day has had its time, and not a day longer', async () => {
    const [own, cells] = [await sealed(), await sealed({ tenant: undefined })];
    rig.clock.advance(DAY_MS);
    const next = await sealed();
    rig.clock.advance(LIFE_MS - 1);
    expect(await expire()).toBe(0);
    expect(await letters.open(own)).toEqual(ORIGINAL);
    rig.clock.advance(1);
    expect(await expire()).toBe(2);
    expect(await letters.open(own)).toBeUndefined();
    expect(await letters.open(cells)).toBeUndefined();
    expect(await letters.open(next)).toEqual(ORIGINAL);
    expect(await expire()).toBe(0);
  });

  test('end alone: nothing else of the tenant does', async () => {
    const event = await sealEvent(vault, tenant, 'asset/a');
    await sealed();
    rig.clock.advance(LIFE_MS + DAY_MS);
    expect(await expire()).toBe(1);
    const opened = await vault.open(tenant, 'asset/a', 'serving', event.blob, event.eventId, 'content');
    expect(opened.status).toBe('opened');
  });

  test('end with the tenant', async () => {
    const letter = await sealed();
    const tenantKeys = createPostgresTenantKeyStore({ writer: rig.database.writer });
    const end = { kms: rig.kms, clock: rig.clock, tenantKeys, vaults: [vault], pendingDays: 0 };
    await createTenantEnd(end).destroyTenantKeys(tenant);
    expect(await letters.open(letter)).toBeUndefined();
    expect((await sealed()).sealed).toBeUndefined();
  });
});
