import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { uuidv7 } from 'uuidv7';
import { LetheError } from '../domain/errors.ts';
import { LIMITS } from '../domain/limits.ts';
import { guardAccess } from './access.ts';
import { createAuthenticator } from './auth.ts';
import { acceptBodies } from './bodies.ts';
import { protectBrowsers } from './browser-headers.ts';
import type { FrameDeps } from './deps.ts';
import { answerWithProblems, sendProblem } from './errors.ts';
import { describeApi } from './openapi.ts';
import { awaitPositions } from './positions.ts';
import { limitRates } from './rate-limit.ts';
import { countRequests, RequestLog } from './request-log.ts';
import { traceRequests } from './request-traces.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { problemRoutes } from './routes/problems.ts';
import { validatorCompiler } from './validation.ts';

/** The longest subject, every UTF-16 unit of it three bytes of UTF-8, percent-encoded. */
const MAX_PARAM_LENGTH = LIMITS.subjectLength * 9;

/** Adds one group of routes to the server. */
export type RouteGroup = (app: FastifyInstance) => void;

/**
 * The HTTP server, not yet listening. `close()` refuses new requests, waits for those in flight and then resolves.
 * Everything that fails answers as a problem (RFC 9457); `routes` adds the groups under /v1.
 */
export async function buildServer(
  deps: FrameDeps,
  routes: readonly RouteGroup[] = [],
): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: deps.logger,
    logController: new RequestLog(),
    genReqId: () => uuidv7(),
    bodyLimit: LIMITS.bodyBytes,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    return503OnClosing: false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  acceptBodies(app);
  answerWithProblems(app, deps);
  refuseWhileClosing(app);
  countRequests(app, deps.metrics);
  traceRequests(app);
  guardAccess(app, { authenticate: createAuthenticator(deps), onDenied: deps.onDenied });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  protectBrowsers(app);
  await limitRates(app, deps.rateLimit);
  awaitPositions(app, deps.views);
  await describeApi(app);
  for (const group of [healthRoutes(deps.checks), metricsRoutes(deps.metrics), problemRoutes, ...routes])
    group(app);
  return app;
}

function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', done => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing ? new LetheError('shutting-down', 'the service is shutting down') : undefined);
  });
  // Closing ends connections that are idle by then. One that had a request would stay open until its client lets go of it.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}
