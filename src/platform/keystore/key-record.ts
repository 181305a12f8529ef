import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import type { KmsKey, KmsKeyState } from '../../domain/ports/kms.ts';

/** `destroying` is the intent: it can't be cancelled, and whoever meets it finishes it. */
type RecordState = KmsKeyState | 'destroying';

const recordSchema = z.strictObject({
  format: z.literal(1),
  keyId: z.uuid(),
  state: z.enum(['enabled', 'disabled', 'pending-deletion', 'destroying', 'destroyed']),
  createdAt: z.iso.datetime(),
  deletionDate: z.iso.datetime().optional(),
  tags: z.record(z.string(), z.string()),
});

/** What is kept of a key beside its material; outlives it. */
export type KeyRecord = z.infer<typeof recordSchema>;

export const encodeRecord = (record: KeyRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`, 'utf8');

/** Reads a record. Throws LetheError `kms-unavailable` if the file is damaged: unreadable is not destroyed. */
export function decodeRecord(keyId: string, bytes: Buffer): KeyRecord {
  try {
    const record = recordSchema.parse(JSON.parse(bytes.toString('utf8')));
    if (record.keyId === keyId) return record;
  } catch (cause) {
    throw new LetheError('kms-unavailable', `the record of KMS key ${keyId} is damaged`, { cause });
  }
  throw new LetheError('kms-unavailable', `the record of KMS key ${keyId} belongs to another key`);
}

/** The same key in another state; a deletion date stays only where one is given. */
export function inState(record: KeyRecord, state: RecordState, deletionDate?: Date): KeyRecord {
  const { format, keyId, createdAt, tags } = record;
  const date = deletionDate === undefined ? {} : { deletionDate: deletionDate.toISOString() };
  return { format, keyId, createdAt, tags, state, ...date };
}

/** Whether the key is to be destroyed now. */
export function isDoomed(record: KeyRecord, now: Date): boolean {
  if (record.state === 'destroying') return true;
  if (record.state !== 'pending-deletion' || record.deletionDate === undefined) return false;
  return Date.parse(record.deletionDate) <= now.getTime();
}

export function describe(record: KeyRecord): KmsKey {
  return {
    keyId: record.keyId,
    state: record.state === 'destroying' ? 'pending-deletion' : record.state,
    createdAt: new Date(record.createdAt),
    ...(record.deletionDate === undefined ? {} : { deletionDate: new Date(record.deletionDate) }),
  };
}

/** Throws `kms-key-<state>` if the key is in one of the refused states. */
export function refuse(record: KeyRecord, ...states: readonly KmsKeyState[]): void {
  const { state } = describe(record);
  if (states.includes(state)) throw new LetheError(`kms-key-${state}`, `KMS key ${record.keyId} is ${state}`);
}
