import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createPiiDetection } from '../application/pii/detection.ts';
import { createDetectMany, type DetectMany } from '../domain/pii/detect/detect-many.ts';
import type { PiiModel } from '../domain/pii/detect/finding.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createDetectors } from '../platform/pii/detectors.ts';
import { createPostgresCursor } from '../platform/postgres/cursor.ts';
import { createPostgresPutAside } from '../platform/postgres/pii-put-aside.ts';
import { tenantsDetectingPii } from '../projections/policies/queries.ts';
import { policies } from '../projections/policies/view.ts';
import { readCheckpoint } from '../projections/runner/checkpoint.ts';
import type { Worker } from '../workers/loop.ts';
import { createPiiDetector } from '../workers/pii-detector.ts';
import type { Composition } from './compose.ts';
import { observeOpenings } from './observed.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';

const EVENTS_AT_ONCE = 200;
const SOON_MS = 200;

export interface PiiOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Models that are asked beside the detectors of our own. */
  readonly models?: readonly PiiModel[];
}

/** The worker that looks for personal data. */
export function composePiiDetector(
  { services }: Pick<Composition, 'services'>,
  { log, writer, keys, vault }: Stores,
  { logger, metrics, models = [] }: PiiOptions,
): Worker {
  const detection = createPiiDetection({
    ...{ log, keys },
    cursor: createPostgresCursor({ writer, worker: 'pii-detector' }),
    aside: createPostgresPutAside({ writer }),
    attempts: attemptsOf('pii-detector', logger),
    vault: observeOpenings(vault, metrics),
    ingest: services.ingest,
    settings: async () => {
      // First the position, then the tenants: they are then known at least as far as the log is looked through.
      const position = (await readCheckpoint(writer, policies.name))?.position ?? 0;
      return { position, tenants: new Set(await tenantsDetectingPii(writer)) };
    },
    detect: lazily(models),
    onSkipped: (error, position) => logger.warn({ err: error, position }, 'not looked through for PII'),
  });
  return createPiiDetector({
    detection,
    batchSize: EVENTS_AT_ONCE,
    idleMs: SOON_MS,
    onRound: ({ lag, flags, waiting }) => {
      metrics.pii.lag.set(lag);
      metrics.pii.putAside.set(waiting);
      metrics.pii.flags.inc(flags);
    },
    onError: error => logger.error({ err: error }, 'PII detector failed, tries again'),
  });
}

/** Word lists are loaded when the first text comes: most cells never need them. */
function lazily(models: readonly PiiModel[]): DetectMany {
  let loading: Promise<DetectMany> | undefined;
  return async texts => {
    loading ??= createDetectors().then(detectors =>
      createDetectMany({ detectors, models, pause: setImmediate }),
    );
    return (await loading)(texts);
  };
}
