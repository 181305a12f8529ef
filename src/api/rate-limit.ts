import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { LetheError } from '../domain/errors.ts';

/**
 * At most `perSecond` requests a second a credential; 0 means no limit. Counted after authentication, so that nobody
 * can use up another's share by quoting the id of its key.
 */
export async function limitRates(app: FastifyInstance, perSecond: number): Promise<void> {
  if (perSecond === 0) return;
  await app.register(rateLimit, {
    max: perSecond,
    timeWindow: 1_000,
    hook: 'preParsing',
    keyGenerator: request => request.principal?.credential ?? '',
    allowList: request => request.principal === null,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new LetheError('rate-limited', `at most ${max} requests a second a credential`, {
        details: { retryAfter: Math.max(1, Math.ceil(ttl / 1_000)) },
      }),
  });
}
