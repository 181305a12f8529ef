import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../../../src/domain/ports/kms.ts';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };
const DAY_MS = 86_400_000;

let parent: string;
let dir: string;
let clock: FakeClock;
let kms: Kms;

const openAgain = (): Promise<Kms> => openEmbeddedKms({ dir, clock });

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lethe-kms-'));
  dir = join(parent, 'keystore');
  clock = createFakeClock();
  kms = await openAgain();
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** All bytes of all files of the keystore. */
async function everyByte(): Promise<Buffer> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map(file => readFile(file))));
}

const materialOf = (keyId: string): string => join(dir, keyId, 'material');

describe('a KMS key', () => {
  it('wraps data keys that decrypt again, in this process and in the next', async () => {
    const { keyId } = await kms.createKey({ tenant: 'acme' });
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    expect(plaintext.reveal().length).toBe(32);
    expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
    const second = await openAgain();
    expect((await second.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
    expect((await kms.generateDataKey(keyId, context)).plaintext.reveal()).not.toEqual(plaintext.reveal());
  });

  it('is described with its state and creation time', async () => {
    const key = await kms.createKey({ tenant: 'acme' });
    expect(key).toEqual({ keyId: key.keyId, state: 'enabled', createdAt: clock.now() });
    expect(await kms.describeKey(key.keyId)).toEqual(key);
  });

  it('does not decrypt in another context, under another key, or anything forged', async () => {
    const { keyId } = await kms.createKey({});
    const { keyId: other } = await kms.createKey({});
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    for (const changed of [{ tenant: 'bolt' }, { epoch: '2' }, { purpose: 'safety' }]) {
      const call = kms.decrypt(keyId, wrapped, { ...context, ...changed });
      expect(await rejectionCode(call)).toBe('kms-context-mismatch');
    }
    expect(await rejectionCode(kms.decrypt(other, wrapped, context))).toBe('kms-context-mismatch');
    for (let at = 0; at < wrapped.length; at++) {
      const forged = Buffer.from(wrapped);
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
      expect(await rejectionCode(kms.decrypt(keyId, forged, context))).toBe('kms-context-mismatch');
    }
    expect(await rejectionCode(kms.decrypt(keyId, wrapped.subarray(1), context))).toBe(
      'kms-context-mismatch',
    );
    expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
  });

  it('takes a context in any order of its fields', async () => {
    const { keyId } = await kms.createKey({});
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    const turned = { purpose: 'serving', epoch: '1', tenant: 'acme' };
    expect((await kms.decrypt(keyId, wrapped, turned)).reveal()).toEqual(plaintext.reveal());
  });

  it('that was never made is not found, whatever its id looks like', async () => {
    for (const keyId of [randomUUID(), '', '..', '../keystore', '.new-x', 'a/b']) {
      expect(await rejectionCode(kms.describeKey(keyId))).toBe('kms-key-not-found');
      expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-key-not-found');
    }
  });

  it('lies in files that only their owner may enter', async () => {
    const { keyId } = await kms.createKey({});
    const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await mode(dir)).toBe(0o700);
    expect(await mode(join(dir, keyId))).toBe(0o700);
    for (const name of await readdir(join(dir, keyId)))
      expect(await mode(join(dir, keyId, name))).toBe(0o600);
  });

  it('damaged on the disk is unavailable and not called destroyed; other keys go on', async () => {
    const { keyId } = await kms.createKey({});
    const { keyId: sound } = await kms.createKey({});
    const material = await readFile(materialOf(keyId));
    material.writeUInt8(material.readUInt8(20) ^ 1, 20);
    await writeFile(materialOf(keyId), material);
    expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-unavailable');
    expect((await kms.describeKey(keyId)).state).toBe('enabled');
    await writeFile(join(dir, keyId, 'record-000001.json'), '{"format":1,');
    const second = await openAgain();
    expect(await rejectionCode(second.describeKey(keyId))).toBe('kms-unavailable');
    expect((await second.generateDataKey(sound, context)).wrapped.length).toBeGreaterThan(32);
  });
});

describe('the state of a KMS key', () => {
  it('disabled refuses both uses, and enabled allows them again', async () => {
    const { keyId } = await kms.createKey({});
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    await kms.disableKey(keyId);
    await kms.disableKey(keyId);
    expect((await kms.describeKey(keyId)).state).toBe('disabled');
    expect(await rejectionCode(kms.decrypt(keyId, wrapped, context))).toBe('kms-key-disabled');
    expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-key-disabled');
    await kms.enableKey(keyId);
    expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
  });

  it('pending deletion refuses every use; cancelling leaves the key disabled and whole', async () => {
    const { keyId } = await kms.createKey({});
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    const pending = await kms.scheduleKeyDeletion(keyId, 7);
    expect(pending.state).toBe('pending-deletion');
    expect(pending.deletionDate).toEqual(new Date(clock.now().getTime() + 7 * DAY_MS));
    for (const call of [
      () => kms.decrypt(keyId, wrapped, context),
      () => kms.generateDataKey(keyId, context),
      () => kms.enableKey(keyId),
      () => kms.disableKey(keyId),
      () => kms.scheduleKeyDeletion(keyId, 0),
    ]) {
      expect(await rejectionCode(call())).toBe('kms-key-pending-deletion');
    }
    expect((await kms.cancelKeyDeletion(keyId)).state).toBe('disabled');
    await kms.enableKey(keyId);
    expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
  });

  it('destroyed is for ever: nothing brings the key back and its bytes are nowhere', async () => {
    const { keyId } = await kms.createKey({ tenant: 'acme' });
    const { wrapped } = await kms.generateDataKey(keyId, context);
    const secret = (await readFile(materialOf(keyId))).subarray(8, 40);
    expect((await everyByte()).includes(secret)).toBe(true);
    expect((await kms.scheduleKeyDeletion(keyId, 0)).state).toBe('destroyed');
    expect((await everyByte()).includes(secret)).toBe(false);
    const second = await openAgain();
    for (const call of [
      () => second.decrypt(keyId, wrapped, context),
      () => second.generateDataKey(keyId, context),
      () => second.enableKey(keyId),
      () => second.disableKey(keyId),
      () => second.cancelKeyDeletion(keyId),
      () => second.scheduleKeyDeletion(keyId, 0),
    ]) {
      expect(await rejectionCode(call())).toBe('kms-key-destroyed');
    }
    expect((await second.describeKey(keyId)).state).toBe('destroyed');
  });

  it('becomes destroyed when its date has come: at the next use, and at the next opening', async () => {
    const [first, second] = [await kms.createKey({}), await kms.createKey({})];
    await kms.scheduleKeyDeletion(first.keyId, 7);
    await kms.scheduleKeyDeletion(second.keyId, 7);
    clock.advance(7 * DAY_MS - 1);
    await openAgain();
    expect((await kms.cancelKeyDeletion(second.keyId)).state).toBe('disabled');
    await kms.scheduleKeyDeletion(second.keyId, 7);
    clock.advance(1);
    expect(await rejectionCode(kms.cancelKeyDeletion(first.keyId))).toBe('kms-key-destroyed');
    clock.advance(7 * DAY_MS);
    await openAgain();
    expect(await readdir(join(dir, second.keyId))).not.toContain('material');
  });

  it('changed by one process counts for the other at its very next call', async () => {
    const other = await openAgain();
    const { keyId } = await kms.createKey({});
    const { wrapped } = await other.generateDataKey(keyId, context);
    await kms.disableKey(keyId);
    expect(await rejectionCode(other.decrypt(keyId, wrapped, context))).toBe('kms-key-disabled');
    await kms.enableKey(keyId);
    await other.decrypt(keyId, wrapped, context);
    await kms.scheduleKeyDeletion(keyId, 0);
    expect(await rejectionCode(other.decrypt(keyId, wrapped, context))).toBe('kms-key-destroyed');
  });

  it('cannot be brought back by a change that races with its destruction', async () => {
    const processes = await Promise.all([openAgain(), openAgain(), openAgain()]);
    for (let round = 0; round < 5; round++) {
      const { keyId } = await kms.createKey({});
      await Promise.allSettled([
        ...processes.flatMap(one => [
          one.disableKey(keyId),
          one.enableKey(keyId),
          one.generateDataKey(keyId, context),
        ]),
        kms.scheduleKeyDeletion(keyId, 0),
      ]);
      expect((await kms.describeKey(keyId)).state).toBe('destroyed');
      expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-key-destroyed');
    }
  });

  it('refuses a waiting time that is no whole number of days, and changes nothing', async () => {
    const { keyId } = await kms.createKey({});
    await expect(kms.scheduleKeyDeletion(keyId, -1)).rejects.toThrow(RangeError);
    await expect(kms.scheduleKeyDeletion(keyId, 0.5)).rejects.toThrow(RangeError);
    expect((await kms.describeKey(keyId)).state).toBe('enabled');
  });
});
