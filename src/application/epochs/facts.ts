import { CELL_KEYS } from '../../domain/cell/keys.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import type { EventData } from '../../domain/events/catalogue.ts';
import type { EpochRow } from '../../domain/ports/epoch-store.ts';
import { LETHE_SOURCE, type Draft } from '../recorder.ts';
import { stampOf } from '../tenants.ts';
import type { EpochDeps } from './deps.ts';

const ROLLER: Actor = { kind: 'worker', id: 'epoch-roller' };

type KeyFact = 'key.rotated' | 'epoch.rolled' | 'key.destroyed' | 'horizon.reached';

/**
 * Puts a step on record. It is named after the KMS key that it is about, so that a step done again after a crash is a
 * duplicate, while a roll of an epoch of the same number after a restore, which has a key of its own, is not.
 */
export async function recordFact<T extends KeyFact>(
  { recorder, tenants, clock }: Pick<EpochDeps, 'recorder' | 'tenants' | 'clock'>,
  { tenant, kmsKeyId }: Pick<EpochRow, 'tenant' | 'kmsKeyId'>,
  type: T,
  data: EventData<T>,
): Promise<void> {
  // The cell's own keys roll as a tenant's do; there is no log that it would be on record in.
  if (tenant === CELL_KEYS) return;
  const identity = { source: LETHE_SOURCE, sourceId: `${kmsKeyId} ${type}` };
  const draft = { ...identity, type, data, actor: ROLLER, time: clock.now() } as Draft<KeyFact>;
  await recorder.record(stampOf(await tenants.get(tenant)), [draft]);
}
