import type { Logger } from 'pino';
import type { Services } from '../api/services.ts';
import { createSignalSight } from '../api/signal-sight.ts';
import { createAbuseRules } from '../application/abuse/abuse-rules.ts';
import type { CaseOpener } from '../application/abuse/case-opener.ts';
import { createDeadlineWatch } from '../application/abuse/deadline-watch.ts';
import { adoptionsIn } from '../application/abuse/rule-sets.ts';
import { createRuleSettings } from '../application/abuse/rule-settings.ts';
import { createSignals } from '../application/abuse/signals.ts';
import type { Surroundings } from '../application/context.ts';
import type { Directory } from '../application/directory.ts';
import type { Freshness } from '../application/freshness.ts';
import type { Recorder } from '../application/recorder.ts';
import type { Tenants } from '../application/tenants.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPostgresRuleSnapshots } from '../platform/postgres/rule-snapshots.ts';
import { companiesOf } from '../projections/abuse-entities/queries/companies.ts';
import { ABUSE_ENTITIES } from '../projections/abuse-entities/view.ts';
import { dueSignals, tenantsWithEvidence } from '../projections/abuse-signals/due-signals.ts';
import { readCheckpoint } from '../projections/runner/checkpoint.ts';
import { firstErasure } from '../projections/user-assets/queries/first-erasure.ts';
import { userAssets } from '../projections/user-assets/view.ts';
import { createAbuseRulesWorker } from '../workers/abuse-rules.ts';
import { createDeadlineWatchWorker } from '../workers/deadline-watch.ts';
import type { Worker } from '../workers/loop.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';

/** Under load every question to the database waits its turn: few rounds of many events keep up, many of few do not. */
const EVENTS_AT_ONCE = 4_000;
const SOON_MS = 200;
const CASES_AT_ONCE = 100;
const WATCH_MS = 5_000;

interface Base extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly directory: Pick<Directory, 'find'>;
}

interface Options {
  readonly stores: Pick<Stores, 'writer' | 'reader'>;
  readonly caseOpener: CaseOpener;
  readonly freshness: Freshness;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface AbuseComposition {
  readonly services: Pick<Services, 'ruleSettings' | 'signalSight'>;
  readonly abuseRules: Worker;
  readonly deadlineWatch: Worker;
}

/** The rules of abuse: over live traffic, as a tenant sets them, and what they have signalled. */
export function composeAbuse(base: Base, options: Options): AbuseComposition {
  const { stores, freshness } = options;
  return {
    services: {
      ruleSettings: createRuleSettings(base),
      signalSight: createSignalSight({ ...base, reader: stores.reader, freshness }),
    },
    abuseRules: createWorker(base, options),
    deadlineWatch: createWatch(base, options),
  };
}

function createWorker(base: Base, { stores: { writer }, caseOpener, metrics, logger }: Options): Worker {
  const signals = createSignals({
    ...{ ...base, caseOpener },
    firstErasure: (tenant, assets) => firstErasure(writer, tenant, assets),
  });
  const rules = createAbuseRules({
    ...{ log: base.log, signals },
    snapshots: createPostgresRuleSnapshots({ writer }),
    neighbours: { of: (name, seen) => companiesOf(writer, name, seen) },
    // Who shares what, and what is erased when, is asked of these two.
    known: async () => {
      const views = [ABUSE_ENTITIES, userAssets.name];
      const found = await Promise.all(views.map(view => readCheckpoint(writer, view)));
      return Math.min(...found.map(checkpoint => checkpoint?.position ?? 0));
    },
  });
  return createAbuseRulesWorker({
    ...{ rules, batchSize: EVENTS_AT_ONCE, idleMs: SOON_MS },
    onRound: ({ lag, signals: raised }) => {
      metrics.abuse.lag.set(lag);
      metrics.abuse.signals.inc(raised);
    },
    onError: error => logger.error({ err: error }, 'rules of abuse failed, try again'),
  });
}

function createWatch({ log, clock }: Base, { stores: { writer }, caseOpener, logger }: Options): Worker {
  const watch = createDeadlineWatch({
    index: {
      tenants: () => tenantsWithEvidence(writer),
      due: async (tenant, until, limit) =>
        (await dueSignals(writer, tenant, { until, limit })).map(({ eraseAt, ...signal }) => ({
          signal: { ...signal, assets: [...signal.assets] },
          eraseAt,
        })),
    },
    ...{ adoptions: adoptionsIn(log), caseOpener, clock, attempts: attemptsOf('deadline-watch', logger) },
  });
  return createDeadlineWatchWorker({
    ...{ watch, batchSize: CASES_AT_ONCE, idleMs: WATCH_MS },
    onError: error => logger.error({ err: error }, 'deadlines of signals not watched, tries again'),
  });
}
