import { allRoutes } from '../api/routes/all.ts';
import { buildServer } from '../api/server.ts';
import { isDatabaseAway } from '../platform/postgres/database-errors.ts';
import { createRefusalRecorder } from '../workers/refusal-recorder.ts';
import { composeIdentity } from './compose-identity.ts';
import type { Composition } from './compose.ts';
import type { Foundation } from './foundation.ts';
import { startWorkers } from './workers-part.ts';

const MINUTELY_MS = 60_000;

/** Answers requests from now on, until `opened` is disposed of: those in flight are then finished first. */
export async function startApi(
  opened: AsyncDisposableStack,
  foundation: Foundation,
  { services, views, refusals, recordDenial }: Composition,
): Promise<string> {
  const { config, logger, metrics, checks } = foundation;
  const identity = composeIdentity(foundation, { services, refusals });
  const onError = (error: unknown): void =>
    logger.error({ err: error }, 'refusals not recorded, tries again');
  // What is refused is counted in the process that refuses it, and the use of keys noted where they are shown.
  startWorkers(opened, [
    createRefusalRecorder({ refusals, idleMs: MINUTELY_MS, onError }),
    identity.recorder,
  ]);
  const server = await buildServer(
    {
      logger,
      ...identity.authentication,
      metrics,
      checks,
      views,
      rateLimit: config.rateLimit,
      isStoreAway: isDatabaseAway,
      onDenied: recordDenial,
    },
    allRoutes(services),
  );
  opened.defer(() => server.close());
  return server.listen({ port: config.port, host: config.host });
}
