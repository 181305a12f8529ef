import type { FastifyRequest } from 'fastify';
import { erasedError, requireOpen, type Standings } from '../application/offboarding/standing.ts';
import type { Role } from '../domain/ports/credentials.ts';
import type { RouteGroup } from './server.ts';

/**
 * What may still be written while a tenant's offboarding is confirmed: what people and courts are entitled to, who may
 * look, and the offboarding itself. Everything else is refused with `tenant-offboarding`.
 */
const WHILE_CLOSING = [
  '/data-requests',
  '/deletion-requests',
  '/assets/',
  '/holds',
  '/cases',
  '/reports',
  '/api-keys',
  '/offboarding',
];

/** What stays readable once the keys are destroyed, for those who have to be able to prove it: metadata and proofs. */
const AFTERWARDS = [
  '/offboarding',
  '/log',
  '/audit',
  '/policy',
  '/usage',
  '/holds',
  '/deletion-requests',
  '/data-requests',
  '/disclosures',
  '/terms',
  '/subprocessors',
  '/promises',
];
const PROVERS: ReadonlySet<Role> = new Set<Role>(['auditor', 'operator']);

const TENANT = '/v1/tenants/:tenant';

/**
 * Stands before the routes that come after it: refuses writes to a tenant that is being offboarded, and everything but
 * proofs of one that is erased: 410 with the certificate, to callers who may know of the tenant at all.
 */
export const standingGate =
  (standings: Pick<Standings, 'of'>): RouteGroup =>
  app => {
    app.addHook('onRequest', async request => {
      const { tenant } = request.params as { readonly tenant?: string };
      if (tenant === undefined || request.principal === null) return;
      const standing = await standings.of(tenant);
      if (standing.status === 'open') return;
      if (standing.status === 'erased') {
        if (!provesTo(request, request.principal.role)) throw erasedError(standing);
        return;
      }
      if (request.method !== 'GET' && !isUnder(request, WHILE_CLOSING)) requireOpen(standing);
    });
  };

const provesTo = (request: FastifyRequest, role: Role): boolean =>
  request.method === 'GET' && PROVERS.has(role) && isUnder(request, AFTERWARDS);

function isUnder({ routeOptions: { url = '' } }: FastifyRequest, places: readonly string[]): boolean {
  const rest = url.slice(TENANT.length);
  return url.startsWith(TENANT) && places.some(place => rest.startsWith(place));
}
