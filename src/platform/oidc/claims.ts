import type { JWTPayload } from 'jose';
import { LetheError } from '../../domain/errors.ts';
import { outsideSubject, uuid } from '../../domain/events/fields.ts';
import type { TokenCaller, TokenRole } from '../../domain/ports/token-verifier.ts';
import type { Secret } from '../../domain/secret.ts';
import type { IssuerConfig } from './oidc-config.ts';
import { pseudonymOf } from './pseudonym.ts';

type Mapping = Pick<IssuerConfig, 'issuer' | 'role' | 'tenant' | 'user'>;

/**
 * Who verified claims speak for. Throws `token-claim-invalid`, `token-role-unmapped`, `token-role-ambiguous`,
 * `token-tenant-unmapped`.
 */
export function callerOf(claims: JWTPayload, mapping: Mapping, actorKey: Secret): TokenCaller {
  const role = roleOf(claims, mapping);
  const tenant = role === 'operator' ? null : requireTenant(claims, mapping);
  const user = role === 'subject' ? userOf(claims, mapping) : null;
  return {
    actor: pseudonymOf({ issuer: mapping.issuer, tenant, sub: claims.sub ?? '' }, actorKey),
    role,
    tenant,
    user,
  };
}

/** The tenant that verified claims name; undefined where they name none. */
export function tenantOf(claims: JWTPayload, { tenant }: Pick<Mapping, 'tenant'>): string | undefined {
  const said = claimAt(claims, tenant.claim);
  if (typeof said !== 'string') return undefined;
  if (tenant.values !== undefined) return valueOf(tenant.values, said);
  return uuid.safeParse(said).success ? said : undefined;
}

function requireTenant(claims: JWTPayload, mapping: Mapping): string {
  const tenant = tenantOf(claims, mapping);
  if (tenant !== undefined) return tenant;
  throw new LetheError('token-tenant-unmapped', 'the token names no tenant of this service');
}

/** One role, however many groups map to it: which of several to act under is not for the service to guess. */
function roleOf(claims: JWTPayload, { role: { claim, values } }: Mapping): TokenRole {
  const roles = new Set(wordsOf(claimAt(claims, claim)).map(word => valueOf(values, word)));
  roles.delete(undefined);
  const [role, another] = roles;
  if (role === undefined)
    throw new LetheError('token-role-unmapped', 'the token carries no role of this service');
  if (another === undefined) return role;
  throw new LetheError('token-role-ambiguous', 'the token carries several roles of this service');
}

/** A list, or words as in `scope` (RFC 6749 §3.3). */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter(word => typeof word === 'string') : [];
}

function userOf(claims: JWTPayload, { user }: Mapping): string {
  const parsed = outsideSubject.safeParse(claimAt(claims, user));
  if (parsed.success) return parsed.data;
  throw new LetheError('token-claim-invalid', `the claim ${user.join('.')} names no user`);
}

function claimAt(claims: JWTPayload, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => memberOf(value, name), claims);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

const valueOf = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
