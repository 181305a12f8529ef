import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { FrameDeps } from '../../../src/api/deps.ts';
import { buildServer, type RouteGroup } from '../../../src/api/server.ts';
import { mintKey } from '../../../src/application/credentials.ts';
import type { Credential, Role } from '../../../src/domain/ports/credentials.ts';
import { createLogger } from '../../../src/platform/logging.ts';
import { createMetrics } from '../../../src/platform/metrics.ts';

export const TENANT = '0197a000-0000-7000-8000-000000000001';
export const OTHER_TENANT = '0197a000-0000-7000-8000-000000000002';
export const NOW = new Date('2026-01-15T12:00:00.000Z');

export interface Frame {
  readonly app: FastifyInstance;
  /** Every byte that was logged. */
  logged(): string;
  /** Stored credentials, by id, open to change. */
  readonly credentials: Map<string, Credential>;
  /** How often the store was asked. */
  lookups(): number;
  /** Moves the cache's clock, milliseconds. */
  elapse(ms: number): void;
  readonly denials: unknown[];
  /** Stores a credential and answers with its Authorization header. */
  keyFor(role: Role, change?: Partial<Credential>): { id: string; authorization: string };
}

/** The API's frame over a credential store in memory. */
export async function buildFrame(
  routes: readonly RouteGroup[] = [],
  change: Partial<FrameDeps> = {},
): Promise<Frame> {
  const credentials = new Map<string, Credential>();
  const denials: unknown[] = [];
  const chunks: string[] = [];
  let lookups = 0;
  let elapsed = 0;
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString('utf8'));
      done();
    },
  });
  const deps = {
    logger: createLogger({ level: 'trace', destination }),
    clock: { now: () => NOW },
    elapsed: () => elapsed,
    credentials: {
      find: (id: string) => {
        lookups += 1;
        return Promise.resolve(credentials.get(id));
      },
    },
    metrics: createMetrics({ ofProcess: false }),
    checks: {},
    views: { reached: () => Promise.resolve() },
    rateLimit: 0,
    onDenied: (denial: unknown) => denials.push(denial),
    ...change,
  };
  const app = await buildServer(deps, routes);
  const keyFor: Frame['keyFor'] = (role, changed = {}) => {
    const { id, key, hash } = mintKey(randomBytes);
    const tenant = role === 'operator' ? null : TENANT;
    const base = { id, tenant, role, subject: null, hash, createdAt: NOW };
    const ends = { expiresAt: null, revokedAt: null, previous: null, lastUsedAt: null };
    credentials.set(id, { ...base, ...ends, ...changed });
    return { id, authorization: `Bearer ${key.reveal().toString('utf8')}` };
  };
  return {
    app,
    logged: () => chunks.join(''),
    credentials,
    lookups: () => lookups,
    elapse: ms => (elapsed += ms),
    denials,
    keyFor,
  };
}

/** A route that answers with what it was asked for, open to the roles given. */
export const echoRoute =
  (roles: readonly Role[], path = '/v1/tenants/:tenant/echo'): RouteGroup =>
  app => {
    app.route({
      method: ['GET', 'POST'],
      url: path,
      config: { roles },
      handler: request => ({ principal: request.principal, body: request.body ?? null }),
    });
  };
