import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDirectory, type Directory } from '../../src/application/directory.ts';
import type { Vault } from '../../src/application/vault/vault.ts';
import { subjectScope } from '../../src/domain/ports/key-store.ts';
import { rejectionCode } from '../support/code-of.ts';
import { openVaultRig, sealEvent, type VaultRig } from './vault/rig.ts';

let rig: VaultRig;
let vault: Vault;
let tenant: string;
let directory: Directory;
/** Another process on the same stores. */
let other: Directory;

const newDirectory = (over: Vault): Directory =>
  createDirectory({
    vault: over,
    keys: rig.keys,
    clock: rig.clock,
    random: { uuid: randomUUID, uuidv7: randomUUID },
  });

beforeAll(async () => {
  rig = await openVaultRig();
  vault = rig.vault();
  directory = newDirectory(vault);
  other = newDirectory(rig.vault());
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.kmsDown = false;
  tenant = await rig.newTenant(vault);
});

const countLinks = async (): Promise<number> => {
  const { rows } = await rig.database.writer.query<{ count: number }>(
    'select count(*) as count from keys.subjects where tenant = $1',
    [tenant],
  );
  return rows[0]?.count ?? 0;
};

async function resolveOne(outsideId: string, from = directory): Promise<string> {
  const ref = (await from.resolve(tenant, [outsideId])).get(outsideId);
  if (ref === undefined) throw new Error('no reference');
  return ref;
}

describe('the subject directory', () => {
  it('gives an outside id one random reference for good, and finds and reveals it from any process', async () => {
    const ref = await resolveOne('user@example.org');
    expect(ref).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await resolveOne('user@example.org', other)).toBe(ref);
    expect(await other.find(tenant, 'user@example.org')).toBe(ref);
    expect(await other.reveal(tenant, ref)).toBe('user@example.org');
    expect(await other.reveal(tenant, ref, 'safety')).toBe('user@example.org');
  });

  it('resolves many at once, known and new, repeats included', async () => {
    const known = await resolveOne('u-1');
    const refs = await directory.resolve(tenant, ['u-1', 'u-2', 'u-3', 'u-2']);
    expect([...refs.keys()]).toEqual(['u-1', 'u-2', 'u-3']);
    expect(refs.get('u-1')).toBe(known);
    expect(new Set(refs.values()).size).toBe(3);
    for (const [outsideId, ref] of refs) expect(await other.reveal(tenant, ref)).toBe(outsideId);
    expect((await directory.resolve(tenant, [])).size).toBe(0);
  });

  it('only makes a reference when it is asked to resolve', async () => {
    expect(await directory.find(tenant, 'nobody')).toBeUndefined();
    expect(await directory.reveal(tenant, randomUUID())).toBeUndefined();
    expect(await countLinks()).toBe(0);
  });

  it('agrees on one reference among racing processes, and leaves no key of a loser behind', async () => {
    const processes = [directory, other, ...Array.from({ length: 4 }, () => newDirectory(rig.vault()))];
    const names = ['r-1', 'r-2', 'r-3'];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, caller) =>
        (processes[caller % processes.length] ?? directory).resolve(
          tenant,
          caller % 2 ? names : names.toReversed(),
        ),
      ),
    );
    expect(await countLinks()).toBe(3);
    const refs = await directory.resolve(tenant, names);
    for (const answer of answers) expect(new Map([...answer].sort())).toEqual(new Map([...refs].sort()));
    const { rows } = await rig.database.writer.query<{ scope: string }>(
      "select scope from keys.data_keys where tenant = $1 and state = 'live' and scope like 'subject/%'",
      [tenant],
    );
    expect(rows.map(({ scope }) => scope).sort()).toEqual([...refs.values()].map(subjectScope).sort());
  });

  it('keeps one tenant apart from another with the same outside id', async () => {
    const stranger = await rig.newTenant(vault);
    const ref = await resolveOne('u-1');
    expect(await directory.find(stranger, 'u-1')).toBeUndefined();
    expect((await directory.resolve(stranger, ['u-1'])).get('u-1')).not.toBe(ref);
    expect(await directory.reveal(stranger, ref)).toBeUndefined();
  });

  it('stores no outside id in clear', async () => {
    const planted = 'planted.person@example.org';
    await resolveOne(planted);
    const { rows } = await rig.database.writer.query<{ text: string }>(
      'select subjects::text as text from keys.subjects where tenant = $1',
      [tenant],
    );
    const text = rows.map(row => row.text).join('\n');
    for (const form of [
      planted,
      Buffer.from(planted).toString('hex'),
      Buffer.from(planted).toString('base64'),
    ]) {
      expect(text).not.toContain(form);
    }
    expect(rows.length).toBe(1);
  });

  it('forgets at once and for every process: the same outside id is then a stranger', async () => {
    const ref = await resolveOne('u-1');
    await other.find(tenant, 'u-1');
    await resolveOne('u-1', other);
    const profile = await sealEvent(vault, tenant, subjectScope(ref));
    const tombstone = await directory.forget(tenant, ref);
    expect(tombstone).toMatchObject({ scope: subjectScope(ref), state: 'erased' });
    for (const one of [directory, other]) {
      expect(await one.find(tenant, 'u-1')).toBeUndefined();
      expect(await one.reveal(tenant, ref, 'safety')).toBeUndefined();
    }
    const { scope, blob, eventId } = profile;
    expect((await vault.open(tenant, scope, 'safety', blob, eventId, 'content')).status).toBe('erased');
    const again = await resolveOne('u-1', other);
    expect(again).not.toBe(ref);
    expect(await directory.reveal(tenant, again)).toBe('u-1');
    expect((await directory.forget(tenant, ref))?.erasedAt).toEqual(tombstone?.erasedAt);
    expect(await directory.forget(tenant, randomUUID())).toBeUndefined();
  });

  it('does not bring a forgotten reference back while others resolve the same id', async () => {
    for (let round = 0; round < 5; round++) {
      const ref = await resolveOne('u-1');
      const racing = Array.from({ length: 10 }, () => other.resolve(tenant, ['u-1']));
      await directory.forget(tenant, ref);
      await Promise.all(racing);
      expect(await resolveOne('u-1', other)).not.toBe(ref);
      expect(await directory.reveal(tenant, ref)).toBeUndefined();
    }
  });

  it('hides the outside id with the account, from serving only', async () => {
    const ref = await resolveOne('u-1');
    await vault.hide(tenant, [subjectScope(ref)], new Date());
    expect(await other.reveal(tenant, ref)).toBeUndefined();
    expect(await other.reveal(tenant, ref, 'safety')).toBe('u-1');
  });

  it('fails closed without the KMS and makes nothing', async () => {
    rig.kmsDown = true;
    const cold = newDirectory(rig.vault());
    expect(await rejectionCode(cold.resolve(tenant, ['u-1']))).toBe('kms-unavailable');
    expect(await rejectionCode(cold.find(tenant, 'u-1'))).toBe('kms-unavailable');
    expect(await countLinks()).toBe(0);
  });
});
