import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import type { Denial } from '../api/access.ts';
import { createAbuseViews } from '../api/abuse-views.ts';
import type { Services } from '../api/services.ts';
import { createUserView } from '../api/user-view.ts';
import { createAccounts } from '../application/accounts.ts';
import { createAssets } from '../application/assets.ts';
import type { Surroundings } from '../application/context.ts';
import { createCredentials } from '../application/credential-service.ts';
import { createDeletions } from '../application/deletions.ts';
import { createDirectory } from '../application/directory.ts';
import { createErasure, type Erasure } from '../application/erasure.ts';
import { createFreshness } from '../application/freshness.ts';
import { createHolds } from '../application/holds.ts';
import { createIngest } from '../application/ingest/requests.ts';
import type { ViewIndex } from '../application/ports.ts';
import { createPreservation } from '../application/preservation.ts';
import { createRecorder } from '../application/recorder.ts';
import { createStandings, onlyWhileOpen } from '../application/offboarding/standing.ts';
import { createRefusals, type Refusals } from '../application/refusals.ts';
import type { EpochRoller } from '../application/epochs/roll.ts';
import { createTenants } from '../application/tenants.ts';
import type { CellProfile } from '../domain/cell/profile.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Worker } from '../workers/loop.ts';
import { composeAbuse, type AbuseComposition } from './compose-abuse.ts';
import { composeAudit, recordingDenials } from './compose-audit.ts';
import { composeCases, type CaseComposition } from './compose-cases.ts';
import { composeReports, type ReportSettings } from './compose-reports.ts';
import { composeRoller } from './compose-epochs.ts';
import { composeRegister } from './compose-register.ts';
import type { Reached } from '../projections/runner/checkpoint-watch.ts';
import { composeRights } from './compose-rights.ts';
import { composeTransparency, witnessesOf } from './compose-transparency.ts';
import { observeIngest, observeLog, observeOpenings } from './observed.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';
import type { Traffic } from './traffic.ts';
import { createViewIndex } from './view-index.ts';

export const systemClock: Clock = { now: () => new Date() };

/** The use cases over a process's stores. */
export interface Composition
  extends
    Pick<CaseComposition, 'caseOpener' | 'caseKeeper'>,
    Pick<AbuseComposition, 'abuseRules' | 'deadlineWatch'> {
  readonly services: Services;
  readonly erasure: Erasure;
  readonly views: ViewIndex;
  readonly refusals: Refusals;
  readonly roller: EpochRoller;
  /** Builds the reports that are asked for. */
  readonly reporter: (logger: Logger) => Worker;
  /** Puts a refused attempt on record (promise 18). */
  readonly recordDenial: (denial: Denial) => void;
}

export interface CompositionOptions {
  readonly stores: Stores;
  readonly logger: Logger;
  readonly reached: Reached;
  readonly metrics: Metrics;
  readonly traffic: Traffic;
  readonly clock?: Clock;
  /** What the cell is said to be. */
  readonly cell?: CellProfile | undefined;
  readonly settings: ReportSettings;
}

export function compose(options: CompositionOptions): Composition {
  const { stores, logger, reached, metrics, traffic, clock = systemClock, cell, settings } = options;
  const { writer, reader, keys, vault, randomBytes } = stores;
  const log = observeLog(stores.log, metrics);
  const serving = { keys: stores.serving.keys, vault: observeOpenings(stores.serving.vault, metrics) };
  const surroundings: Surroundings = { clock, random: { uuid: randomUUID, uuidv7 } };
  const views = createViewIndex({ writer, reader, clock, reached });

  const recorder = createRecorder(log, surroundings);
  const tenants = createTenants({ ...surroundings, log, recorder, vault, cell });
  const directory = createDirectory({ ...surroundings, vault, keys });
  const base = { ...surroundings, log, recorder, vault, tenants, views, directory };
  const preservation = createPreservation(base);
  const deletions = createDeletions(base);
  const attempts = attemptsOf('eraser', logger);
  const erasure = createErasure({ ...base, preservation, deletions, attempts });
  const assets = createAssets({
    ...base,
    ...serving,
    holdsOver: (tenant, what) => preservation.holdsOver(tenant, what),
  });
  const roller = composeRoller(stores, { ...base, isBusy: () => traffic.isBusy() });
  const freshness = createFreshness(views);
  const standings = createStandings({ preservation, clock });
  const refusals = createRefusals(base);
  const accounts = createAccounts({ ...base, deletions, erasure });
  const ingest = onlyWhileOpen(standings, refusals.counting(createIngest({ ...base, keys, deletions })));
  const transparency = composeTransparency(stores);
  const reporting = composeReports(base, { stores, assets, proofs: transparency, settings });
  const { reports, certificates } = reporting;
  const holds = createHolds({ ...base, keys, preservation });
  const { services: caseServices, ...casework } = composeCases(base, { stores, holds, metrics, logger });
  const { services: abuseServices, ...abuseWorkers } = composeAbuse(base, {
    ...{ stores, ...casework, freshness, metrics, logger },
  });
  const rights = { stores, metrics, reports, standings, deletions, accounts };
  const services: Services = {
    ...{ tenants, directory, assets, deletions },
    credentials: createCredentials({ ...base, store: stores.credentials, randomBytes }),
    ingest: observeIngest(freshness.noting(ingest), metrics, traffic),
    accounts,
    holds,
    ...caseServices,
    ...abuseServices,
    userView: createUserView({ ...base, reader, assets, freshness }),
    abuse: createAbuseViews({ ...base, reader, vault: serving.vault, freshness }),
    ...composeAudit(base, stores),
    ...{ reports, certificates },
    transparency,
    witnesses: witnessesOf(stores.notary),
    ...composeRights({ ...base, preservation }, rights),
    ...composeRegister(base, stores, refusals),
  };
  return {
    ...{ ...casework, ...abuseWorkers, services, erasure, views, refusals, roller },
    ...{ reporter: reporting.worker, recordDenial: recordingDenials(base, logger) },
  };
}
