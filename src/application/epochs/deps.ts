import type { EpochRow, EpochStore, SurvivorsFiles } from '../../domain/ports/epoch-store.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import type { KeyStore } from '../../domain/ports/key-store.ts';
import type { OpenRewrapper } from '../../domain/ports/rewrapper.ts';
import type { IsOutage } from '../attempts.ts';
import type { Recorder } from '../recorder.ts';
import type { Tenants } from '../tenants.ts';

export interface EpochDeps {
  readonly kms: Kms;
  readonly keys: Pick<KeyStore, 'insertRoot' | 'readRoot' | 'insertEpoch'>;
  readonly epochs: EpochStore;
  readonly survivors: SurvivorsFiles;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
  readonly openRewrapper: OpenRewrapper;
  /** How long a process may keep an unwrapped root, milliseconds: so long its KMS key outlives a retired epoch. */
  readonly cacheMs: number;
  /** Days that a KMS key stays recoverable: 0 on the embedded keystore, at least 7 on AWS KMS. */
  readonly pendingDays: number;
  /** Whether something more urgent wants the machine. */
  readonly isBusy: () => boolean;
  readonly isOutage: IsOutage;
}

/** The epoch that new keys go under; undefined for a tenant that has none any more. */
export const currentOf = (rows: readonly EpochRow[]): EpochRow | undefined =>
  rows.findLast(({ state }) => state === 'current');
