import { buildHealthServer } from '../api/health-server.ts';
import type { Foundation } from './foundation.ts';

/** Tells how the process is, on a port of its own. */
export async function startHealth(
  opened: AsyncDisposableStack,
  { config, logger, metrics, checks }: Foundation,
): Promise<string> {
  const server = buildHealthServer({ logger, checks, metrics });
  opened.defer(() => server.close());
  return server.listen({ port: config.workerPort, host: config.host });
}
