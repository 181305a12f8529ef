import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, CredentialStore } from '../../../src/domain/ports/credentials.ts';
import { createPostgresCredentialStore } from '../../../src/platform/postgres/credential-store.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

const at = new Date('2026-01-02T03:04:05.678Z');

let database: KeyDatabase;
let credentials: CredentialStore;
beforeAll(async () => {
  database = await openKeyDatabase();
  credentials = createPostgresCredentialStore({ writer: database.writer });
});
afterAll(() => database.close());

const credential = (more: Partial<Credential> = {}): Credential => ({
  id: randomBytes(8).toString('hex'),
  tenant: randomUUID(),
  role: 'ingest',
  subject: null,
  hash: randomBytes(32),
  createdAt: at,
  expiresAt: null,
  revokedAt: null,
  previous: null,
  lastUsedAt: null,
  ...more,
});

describe('credentials', () => {
  it('are found by id as they were inserted; an unknown id finds none', async () => {
    const plain = credential();
    const full = credential({
      role: 'subject',
      subject: randomUUID(),
      expiresAt: new Date(at.getTime() + 1),
    });
    const operator = credential({ role: 'operator', tenant: null });
    for (const one of [plain, full, operator]) {
      await credentials.insert(one);
      expect(await credentials.find(one.id)).toEqual(one);
    }
    expect(await credentials.find('0000000000000000')).toBeUndefined();
  });

  it('of one tenant are listed oldest first, and no other tenant', async () => {
    const tenant = randomUUID();
    const second = credential({ tenant, createdAt: new Date(at.getTime() + 1) });
    const first = credential({ tenant });
    for (const one of [second, first, credential()]) await credentials.insert(one);
    expect(await credentials.list(tenant)).toEqual([first, second]);
    expect(await credentials.list(randomUUID())).toEqual([]);
  });

  it('are revoked once, by their own tenant only, and the first date stands', async () => {
    const one = credential();
    const tenant = one.tenant ?? '';
    await credentials.insert(one);
    expect(await credentials.revoke(randomUUID(), one.id, at)).toBe(false);
    expect(await credentials.find(one.id)).toEqual(one);
    expect(await credentials.revoke(tenant, one.id, at)).toBe(true);
    expect(await credentials.revoke(tenant, one.id, new Date())).toBe(false);
    expect(await credentials.find(one.id)).toEqual({ ...one, revokedAt: at });
  });

  it('keep the secret before the last rotation, and of two rotations from the same secret one wins', async () => {
    const one = credential();
    const tenant = one.tenant ?? '';
    await credentials.insert(one);
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const until = new Date(at.getTime() + 60_000);
    const rotation = { from: one.hash, previousUntil: until, expiresAt: until };
    expect(await credentials.rotate(randomUUID(), one.id, { ...rotation, to: first })).toBe(false);
    expect(await credentials.find(one.id)).toEqual(one);
    expect(await credentials.rotate(tenant, one.id, { ...rotation, to: first })).toBe(true);
    expect(await credentials.rotate(tenant, one.id, { ...rotation, to: second })).toBe(false);
    const rotated = { ...one, hash: first, expiresAt: until, previous: { hash: one.hash, until } };
    expect(await credentials.find(one.id)).toEqual(rotated);
    await credentials.revoke(tenant, one.id, at);
    expect(await credentials.rotate(tenant, one.id, { ...rotation, from: first, to: second })).toBe(false);
    expect(await credentials.find(one.id)).toEqual({ ...rotated, revokedAt: at });
  });

  it('were last of use at the latest time that any process says', async () => {
    const [one, unused] = [credential(), credential()];
    for (const each of [one, unused]) await credentials.insert(each);
    const later = new Date(at.getTime() + 60_000);
    await credentials.noteUses(new Map([[one.id, later]]));
    await credentials.noteUses(
      new Map([
        [one.id, at],
        ['0000000000000000', at],
      ]),
    );
    expect(await credentials.find(one.id)).toEqual({ ...one, lastUsedAt: later });
    expect(await credentials.find(unused.id)).toEqual(unused);
  });

  it('never take the id of another: the first stays as it is', async () => {
    const one = credential();
    await credentials.insert(one);
    await expect(credentials.insert(credential({ id: one.id }))).rejects.toMatchObject({ code: '23505' });
    expect(await credentials.find(one.id)).toEqual(one);
  });

  it('are out of reach of the reader', async () => {
    await expect(database.reader.query('select * from keys.credentials')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
