import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ViewIndex } from '../application/ports.ts';
import { createEpochRoller, type EpochRoller } from '../application/epochs/roll.ts';
import type { Recorder } from '../application/recorder.ts';
import type { Tenants } from '../application/tenants.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EpochStore, SurvivorsFiles } from '../domain/ports/epoch-store.ts';
import type { Config } from '../platform/config.ts';
import { openSurvivorsFiles } from '../platform/keystore/survivors-files.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPostgresEpochStore } from '../platform/postgres/epoch-store.ts';
import { openThreadRewrapper } from '../platform/rewrap/thread-rewrapper.ts';
import { createEpochRollerWorker } from '../workers/epoch-roller.ts';
import { createHorizonWatch } from '../workers/horizon-watch.ts';
import type { Worker } from '../workers/loop.ts';
import { rootLifeOf } from './compose-kms.ts';
import type { Stores } from './stores.ts';
import { isOutage } from './tenant-attempts.ts';

/** Where epochs are kept, and how long things last. */
export interface EpochStores {
  readonly store: EpochStore;
  readonly survivors: SurvivorsFiles;
  /** How long a process may keep an unwrapped root, milliseconds. */
  readonly cacheMs: number;
  readonly epochMs: number;
}

export type EpochConfig = Pick<Config, 'keystoreDir' | 'keyCacheMs' | 'awsKms' | 'epochMs'>;

export const openEpochStores = async (
  config: EpochConfig,
  { writer, leases }: Pick<Stores, 'writer' | 'leases'>,
): Promise<EpochStores> => ({
  store: createPostgresEpochStore({ writer, leases }),
  survivors: await openSurvivorsFiles(join(config.keystoreDir, 'survivors')),
  cacheMs: rootLifeOf(config),
  epochMs: config.epochMs,
});

interface Rolling {
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly isBusy: () => boolean;
}

export const composeRoller = (
  { kms, keys, epochs, pendingDays }: Pick<Stores, 'kms' | 'keys' | 'epochs' | 'pendingDays'>,
  rolling: Rolling,
): EpochRoller =>
  createEpochRoller({
    ...rolling,
    ...{ kms, keys, epochs: epochs.store, survivors: epochs.survivors, cacheMs: epochs.cacheMs },
    openRewrapper: openThreadRewrapper,
    ...{ pendingDays, isOutage },
  });

/** Rounds an epoch, so that none is missed by much; more often than every so many milliseconds is never needed. */
const ROUNDS = 4;
const [SHORTEST_MS, LONGEST_MS] = [200, 30_000];
const WATCH_MS = 5_000;

const tellFailure =
  (logger: Logger) =>
  (error: unknown): void =>
    logger.error({ err: error }, 'worker failed, tries again');

export function createEpochWorker(
  { roller, epochMs }: { readonly roller: Pick<EpochRoller, 'rollDue'>; readonly epochMs: number },
  logger: Logger,
  { epochs }: Metrics,
): Worker {
  return createEpochRollerWorker({
    ...{ roller, epochMs, onError: tellFailure(logger) },
    idleMs: Math.min(Math.max(epochMs / ROUNDS, SHORTEST_MS), LONGEST_MS),
    onFailure: (tenant, error) => logger.error({ err: error, tenant }, 'epoch roll failed, tries again'),
    onRound: failed => {
      epochs.failedRolls.reset();
      for (const tenant of failed) epochs.failedRolls.set({ tenant }, 1);
    },
  });
}

export const createHorizonWatcher = (
  { views, clock }: { readonly views: ViewIndex; readonly clock: Clock },
  logger: Logger,
  { epochs }: Metrics,
): Worker =>
  createHorizonWatch({
    ...{ views, clock, onError: tellFailure(logger), idleMs: WATCH_MS },
    onAge: seconds => epochs.oldestBeforeHorizon.set(seconds),
  });
