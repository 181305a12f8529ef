import { DescribeKeyCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { KmsKey, KmsKeyState } from '../../domain/ports/kms.ts';
import type { KmsCalls } from './calls.ts';
import type { DoomedKeys } from './doomed-keys.ts';
import { refusal } from './errors.ts';
import { parseKeyId } from './key-names.ts';

const PENDING_KEYS = 100_000;
const DAY_MS = 86_400_000;

export interface KeyDescriptions {
  /**
   * The key as it stands; one that waits for its deletion is asked about every `pendingLookMs`, not more often. Throws
   * LetheError `kms-key-not-found` for a key that AWS KMS does not know and whose deletion is not on record.
   */
  describe(keyId: string): Promise<KmsKey>;
  /**
   * Puts the date that AWS KMS is about to give on record, before it is asked to. Throws, and notes nothing, for a key that is
   * dying, destroyed or not there; one that turns out to live on loses the record when it is next described.
   */
  expectDeletion(keyId: string, pendingDays: number): Promise<void>;
  /** To be called when this process changes the key. */
  forget(keyId: string): void;
}

export interface DescribeOptions {
  readonly calls: KmsCalls;
  readonly doomed: DoomedKeys;
  readonly clock: Clock;
  readonly pendingLookMs: number;
}

export function createKeyDescriptions({
  calls,
  doomed,
  clock,
  pendingLookMs,
}: DescribeOptions): KeyDescriptions {
  // A retired epoch and an ending tenant ask for days; each minute's answer would be the same.
  const pending = new LRUCache<string, KmsKey>({ max: PENDING_KEYS, ttl: Math.max(pendingLookMs, 1) });

  /** Only a key whose date has passed is destroyed: anything else that is not there may be a mistake about where to look. */
  const gone = async (keyId: string, cause: unknown): Promise<KmsKey> => {
    const record = await doomed.read(keyId);
    if (record === undefined || clock.now() < record.deletionDate) throw cause;
    return { ...record, state: 'destroyed' };
  };

  const look = async (keyId: string): Promise<KmsKey> => {
    const { region } = parseKeyId(keyId);
    try {
      return keyOf(await describeIn(calls, region, keyId));
    } catch (error) {
      if (error instanceof LetheError && error.code === 'kms-key-not-found') return gone(keyId, error);
      throw error;
    }
  };

  const describe = async (keyId: string): Promise<KmsKey> => {
    const known = pending.get(keyId);
    if (known !== undefined) return known;
    const key = await look(keyId);
    const { state, createdAt, deletionDate } = key;
    if (state === 'pending-deletion' && deletionDate !== undefined) {
      await doomed.keep({ keyId, createdAt, deletionDate });
      pending.set(keyId, key);
    }
    // Its deletion was cancelled, or never asked for: the date is no proof of anything.
    if (state === 'enabled' || state === 'disabled') await doomed.forget(keyId);
    return key;
  };

  return {
    describe,
    forget: keyId => pending.delete(keyId),
    expectDeletion: async (keyId, pendingDays) => {
      pending.delete(keyId);
      const { state, createdAt } = await describe(keyId);
      if (state === 'pending-deletion' || state === 'destroyed') throw refusal(keyId, state);
      const deletionDate = new Date(clock.now().getTime() + pendingDays * DAY_MS);
      await doomed.keep({ keyId, createdAt, deletionDate });
    },
  };
}

/** By ARN or by alias. */
export async function describeIn(calls: KmsCalls, region: string, keyOrAlias: string): Promise<KeyMetadata> {
  const { KeyMetadata: metadata } = await calls.to(region, 'DescribeKey', (client, options) =>
    client.send(new DescribeKeyCommand({ KeyId: keyOrAlias }), options),
  );
  if (metadata === undefined) throw new LetheError('kms-unavailable', 'AWS KMS described no key');
  return metadata;
}

/** What AWS KMS says of a key, in the port's words. */
export function keyOf({ Arn, CreationDate, DeletionDate, KeyState }: KeyMetadata): KmsKey {
  if (Arn === undefined || CreationDate === undefined)
    throw new LetheError('kms-unavailable', 'AWS KMS described a key without its ARN');
  return {
    keyId: Arn,
    state: stateOf(KeyState),
    createdAt: CreationDate,
    ...(DeletionDate === undefined ? {} : { deletionDate: DeletionDate }),
  };
}

/** AWS KMS, key states: whatever is neither usable nor dying can't be used now. */
function stateOf(state: string | undefined): KmsKeyState {
  switch (state) {
    case 'Enabled':
      return 'enabled';
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return 'pending-deletion';
    default:
      return 'disabled';
  }
}
