import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { LetheError } from '../domain/errors.ts';
import type { Role } from '../domain/ports/credentials.ts';
import type { Authenticate } from './auth.ts';
import type { Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Roles that may call the route; every route under /v1 declares them. */
    roles?: readonly Role[];
  }
  interface FastifyRequest {
    /** Null only on routes that are open to everyone. */
    principal: Principal | null;
  }
}

/** A refusal of a caller that is known, within a tenant that it belongs to: worth recording (promise 18). */
export interface Denial {
  readonly principal: Principal;
  readonly tenant: string;
  /** Method and route pattern. */
  readonly action: string;
  readonly reason: string;
}

export interface AccessDeps {
  readonly authenticate: Authenticate;
  readonly onDenied?: ((denial: Denial) => void) | undefined;
}

/** Authenticates every route that declares roles, and refuses to register one under /v1 that does not. */
export function guardAccess(app: FastifyInstance, deps: AccessDeps): void {
  app.decorateRequest('principal', null);
  app.addHook('onRoute', refuseUnguarded);
  app.addHook('onRequest', async request => {
    const { roles } = request.routeOptions.config;
    if (roles === undefined) return;
    const principal = await deps.authenticate(request.headers.authorization);
    request.principal = principal;
    authorise(request, principal, roles);
  });
  app.addHook('onError', (request, _reply, error, done) => {
    tellDenial(request, error, deps);
    done();
  });
}

function refuseUnguarded({ url, config }: RouteOptions): void {
  if (url.startsWith('/v1') && (config?.roles ?? []).length === 0) {
    throw new Error(`${url} declares no roles: nothing under /v1 is open to everyone`);
  }
}

function authorise(request: FastifyRequest, principal: Principal, roles: readonly Role[]): void {
  const { tenant } = request.params as { readonly tenant?: string };
  // Another tenant's existence is a secret: this comes before the role, and says the same as for none at all.
  if (tenant !== undefined && !mayEnter(principal, tenant)) throw tenantNotFound();
  if (roles.includes(principal.role)) return;
  throw new LetheError('forbidden', `this needs a key of role ${roles.join(', ')}`);
}

/** Refusals of somebody, not of what was sent. */
const DENIALS: ReadonlySet<string> = new Set(['forbidden', 'own-approval']);
/** Break-glass records what it refuses by itself, with the case (promise 25). */
const RECORDS_ITSELF = '/access-requests/';

/** Whether the role is refused at the door, or a step that takes another person behind it. */
function tellDenial(request: FastifyRequest, error: Error, { onDenied }: AccessDeps): void {
  const { principal, method, routeOptions } = request;
  const { tenant } = request.params as { readonly tenant?: string };
  if (!(error instanceof LetheError) || !DENIALS.has(error.code)) return;
  if (principal === null || tenant === undefined) return;
  const { url = '' } = routeOptions;
  if (error.code === 'own-approval' && url.includes(RECORDS_ITSELF)) return;
  // An event's label has no asterisk: what a wildcard stands for is a path.
  onDenied?.({ principal, tenant, action: `${method} ${url}`.replace('*', ':path'), reason: error.code });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const mayEnter = ({ role, tenant: own }: Principal, tenant: string): boolean =>
  UUID.test(tenant) && (own === tenant || (own === null && role === 'operator'));

const tenantNotFound = (): LetheError =>
  new LetheError('tenant-not-found', 'there is no such tenant, or the key belongs to another');

/** The caller of a route that declares roles. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('the route declares no roles');
  return request.principal;
}
