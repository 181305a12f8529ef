import type { Logger } from 'pino';
import { createCaseFiles } from '../api/case-files.ts';
import { createHoldSight } from '../api/hold-sight.ts';
import type { Services } from '../api/services.ts';
import type { CaseOpener } from '../application/abuse/case-opener.ts';
import { createCaseAccess } from '../application/cases/access.ts';
import { createCaseOpener } from '../application/cases/case-opener.ts';
import { createCases } from '../application/cases/cases.ts';
import { createEntryExpiry } from '../application/cases/expire-entries.ts';
import type { Surroundings } from '../application/context.ts';
import type { Holds } from '../application/holds.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import type { Tenants } from '../application/tenants.ts';
import { ENTRY_LIFE } from '../domain/case/entry-life.ts';
import { LIMITS } from '../domain/limits.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { dueEntries } from '../projections/cases/queries/due-entries.ts';
import { createCaseKeeper } from '../workers/case-keeper.ts';
import type { Worker } from '../workers/loop.ts';
import { observeOpenings } from './observed.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';

const SECONDLY_MS = 1_000;

interface Base extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly views: ViewIndex;
}

interface Options {
  readonly stores: Stores;
  readonly holds: Holds;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface CaseComposition {
  readonly services: Pick<Services, 'cases' | 'caseAccess' | 'caseFiles' | 'holdSight'>;
  readonly caseOpener: CaseOpener;
  readonly caseKeeper: Worker;
}

/** Cases, and the one door to content for the safety purpose: the vault that serves users has no such right. */
export function composeCases(base: Base, { stores, holds, metrics, logger }: Options): CaseComposition {
  const { vault, keys, reader, writer } = stores;
  const deps = { ...base, vault, keys, evidence: observeOpenings(vault, metrics) };
  const cases = createCases(deps);
  const index = {
    dueEntries: (now: Date, limit: number) => dueEntries(writer, { now, limit, ...ENTRY_LIFE }),
  };
  return {
    services: {
      cases,
      caseAccess: createCaseAccess({
        ...deps,
        onUnrecorded: (error, refusal) => logger.error({ err: error, ...refusal }, 'refusal not recorded'),
      }),
      caseFiles: createCaseFiles({ ...base, reader, cases }),
      holdSight: createHoldSight({ ...base, reader }),
    },
    caseOpener: createCaseOpener({ ...deps, holds }),
    caseKeeper: createCaseKeeper({
      expireEntries: createEntryExpiry({ ...deps, index, attempts: attemptsOf('case-keeper', logger) }),
      batchSize: LIMITS.caseEntries,
      idleMs: SECONDLY_MS,
      onError: error => logger.error({ err: error }, 'case keeper failed, tries again'),
    }),
  };
}
