import fastify, { type FastifyInstance } from 'fastify';
import type { FrameDeps } from './deps.ts';
import { answerWithProblems } from './errors.ts';
import { protectBrowsers } from './browser-headers.ts';
import { RequestLog } from './request-log.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';

/** What a process without an API answers: how it is, and its metrics. Not yet listening. */
export function buildHealthServer({
  logger,
  checks,
  metrics,
}: Pick<FrameDeps, 'logger' | 'checks' | 'metrics'>): FastifyInstance {
  const app = fastify({ loggerInstance: logger, logController: new RequestLog() });
  answerWithProblems(app, {});
  protectBrowsers(app);
  healthRoutes(checks)(app);
  metricsRoutes(metrics)(app);
  return app;
}
