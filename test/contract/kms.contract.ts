import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../../src/domain/ports/kms.ts';
import { rejectionCode } from '../support/code-of.ts';

/** A KMS, and a second handle on the same keys as another process would have. */
export interface KmsUnderTest {
  readonly kms: Kms;
  readonly other: Kms;
  /** Ids that no key has, whatever they look like. */
  readonly unknownIds: readonly string[];
  close(): Promise<void>;
}

export interface KmsTraits {
  /** How a key comes back whose deletion is cancelled. AWS says disabled; local-kms, wrongly, enabled. */
  readonly cancelled: 'disabled' | 'enabled';
}

const PENDING_DAYS = 7;
const DAY_MS = 86_400_000;
/** AWS KMS counts in seconds. */
const GRAIN_MS = 2_000;

/** What every adapter of the port Kms must pass. */
export function kmsContract(name: string, make: () => Promise<KmsUnderTest>, { cancelled }: KmsTraits): void {
  describe(`the KMS contract: ${name}`, () => {
    let under: KmsUnderTest;
    let kms: Kms;
    const context = { tenant: randomUUID(), epoch: '1', purpose: 'serving' };
    const newKey = async (epoch = randomUUID()): Promise<string> =>
      (await kms.createKey({ tenant: context.tenant, epoch })).keyId;

    beforeEach(async () => {
      under = await make();
      ({ kms } = under);
    });
    afterEach(() => under.close());

    it('wraps 32-byte keys that decrypt again, here and in another process', async () => {
      const keyId = await newKey();
      const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
      expect(plaintext.reveal().length).toBe(32);
      expect(wrapped.includes(plaintext.reveal())).toBe(false);
      for (const one of [kms, under.other])
        expect((await one.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
      const again = await kms.generateDataKey(keyId, context);
      expect(again.plaintext.reveal()).not.toEqual(plaintext.reveal());
    });

    it('describes a key with its state and the time it was made', async () => {
      const made = await kms.createKey({ tenant: context.tenant, epoch: '1' });
      expect(made).toEqual({ keyId: made.keyId, state: 'enabled', createdAt: expect.any(Date) as Date });
      expect(await under.other.describeKey(made.keyId)).toEqual(made);
    });

    it('refuses another context, another key, and anything forged or cut', async () => {
      const [keyId, neighbour] = [await newKey(), await newKey()];
      const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
      for (const changed of [{ tenant: randomUUID() }, { epoch: '2' }, { purpose: 'safety' }]) {
        const opening = kms.decrypt(keyId, wrapped, { ...context, ...changed });
        expect(await rejectionCode(opening)).toBe('kms-context-mismatch');
      }
      expect(await rejectionCode(kms.decrypt(neighbour, wrapped, context))).toBe('kms-context-mismatch');
      const forged = Buffer.from(wrapped);
      forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
      for (const bad of [forged, wrapped.subarray(0, -1), Buffer.from('nothing')])
        expect(await rejectionCode(kms.decrypt(keyId, bad, context))).toBe('kms-context-mismatch');
      expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
    });

    it('takes a context in any order of its fields', async () => {
      const keyId = await newKey();
      const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
      const turned = { purpose: 'serving', epoch: '1', tenant: context.tenant };
      expect((await kms.decrypt(keyId, wrapped, turned)).reveal()).toEqual(plaintext.reveal());
    });

    it('finds no key that was never made, whatever its id looks like', async () => {
      for (const keyId of ['', '..', 'a/b', ...under.unknownIds]) {
        expect(await rejectionCode(kms.describeKey(keyId))).toBe('kms-key-not-found');
        expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-key-not-found');
        expect(await rejectionCode(kms.disableKey(keyId))).toBe('kms-key-not-found');
      }
    });

    it('refuses both uses of a disabled key until it is enabled again, in every process', async () => {
      const keyId = await newKey();
      const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
      await kms.disableKey(keyId);
      await kms.disableKey(keyId);
      expect((await under.other.describeKey(keyId)).state).toBe('disabled');
      expect(await rejectionCode(under.other.decrypt(keyId, wrapped, context))).toBe('kms-key-disabled');
      expect(await rejectionCode(kms.generateDataKey(keyId, context))).toBe('kms-key-disabled');
      await under.other.enableKey(keyId);
      expect((await kms.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
    });

    it('refuses every use of a key that waits for its deletion, and says when it dies', async () => {
      const keyId = await newKey();
      const { wrapped } = await kms.generateDataKey(keyId, context);
      const { createdAt } = await kms.describeKey(keyId);
      const pending = await kms.scheduleKeyDeletion(keyId, PENDING_DAYS);
      expect(pending.state).toBe('pending-deletion');
      const waits = (pending.deletionDate?.getTime() ?? 0) - createdAt.getTime();
      expect(Math.abs(waits - PENDING_DAYS * DAY_MS)).toBeLessThan(60_000 + GRAIN_MS);
      expect(await under.other.describeKey(keyId)).toEqual(pending);
      for (const call of [
        () => kms.decrypt(keyId, wrapped, context),
        () => under.other.generateDataKey(keyId, context),
        () => kms.enableKey(keyId),
        () => kms.disableKey(keyId),
        () => kms.scheduleKeyDeletion(keyId, PENDING_DAYS),
      ])
        expect(await rejectionCode(call())).toBe('kms-key-pending-deletion');
    });

    it(`gives a key whose deletion is cancelled back whole, ${cancelled}; cancelling again changes nothing`, async () => {
      const keyId = await newKey();
      const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
      await kms.scheduleKeyDeletion(keyId, PENDING_DAYS);
      const back = await kms.cancelKeyDeletion(keyId);
      expect(back.state).toBe(cancelled);
      expect(back.deletionDate).toBeUndefined();
      expect(await kms.cancelKeyDeletion(keyId)).toEqual(back);
      await kms.enableKey(keyId);
      expect((await under.other.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
    });

    it('refuses a waiting time that is no whole number of days, and changes nothing', async () => {
      const keyId = await newKey();
      await expect(kms.scheduleKeyDeletion(keyId, -1)).rejects.toThrow(RangeError);
      await expect(kms.scheduleKeyDeletion(keyId, 7.5)).rejects.toThrow(RangeError);
      expect((await kms.describeKey(keyId)).state).toBe('enabled');
    });
  });
}
