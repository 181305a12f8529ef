import { z } from 'zod';
import type { RefusedCredential } from '../../../src/domain/ports/credentials.ts';
import { oidcConfig, oidcVariables, type OidcConfig } from '../../../src/platform/oidc/oidc-config.ts';
import { createTokenVerifier } from '../../../src/platform/oidc/verifier.ts';
import { AUDIENCE, type OidcIssuer } from '../../support/oidc-issuer.ts';

export const TENANT = '0197a000-0000-7000-8000-000000000001';
export const NOW = new Date('2026-01-15T12:00:00.000Z');
export const NOW_S = NOW.getTime() / 1_000;
export const ACTOR_KEY = 'k'.repeat(43);

/** One issuer as an operator would write it down. */
export const issuerEntry = (issuer: string, change: Readonly<Record<string, unknown>> = {}) => ({
  issuer,
  audience: AUDIENCE,
  role: {
    claim: 'groups',
    values: {
      admins: 'tenant-admin',
      privacy: 'dpo',
      audit: 'auditor',
      safety: 'investigator',
      backend: 'ingest',
      users: 'subject',
      cell: 'operator',
    },
  },
  tenant: { claim: ['org', 'id'], values: { acme: TENANT } },
  ...change,
});

/** What the environment says, read as the service reads it. */
export function readConfig(entries: unknown, actorKey: string | null = ACTOR_KEY): OidcConfig | undefined {
  const text = typeof entries === 'string' ? entries : JSON.stringify(entries);
  const key = actorKey === null ? {} : { LETHE_OIDC_ACTOR_KEY: actorKey };
  return oidcConfig(z.object(oidcVariables).parse({ LETHE_OIDC: text, ...key }));
}

export interface Verifying {
  verify(token: string): ReturnType<ReturnType<typeof createTokenVerifier>['verify']>;
  /** Moves the clock that key caches go by, milliseconds. */
  elapse(ms: number): void;
  readonly refusals: RefusedCredential[];
}

/** A verifier of that issuer's tokens, at a fixed moment. */
export function verifying(
  { issuer }: Pick<OidcIssuer, 'issuer'>,
  change: Readonly<Record<string, unknown>> = {},
): Verifying {
  const config = readConfig([issuerEntry(issuer, change)]);
  if (config === undefined) throw new Error('no issuer');
  let elapsed = 0;
  const refusals: Verifying['refusals'] = [];
  const verifier = createTokenVerifier(config, {
    clock: { now: () => NOW },
    elapsed: () => elapsed,
    onRefused: refused => void refusals.push(refused),
  });
  return {
    verify: token => verifier.verify(token),
    elapse: ms => (elapsed += ms),
    refusals,
  };
}

/** Claims of somebody of the tenant who may do what the group may. */
export const member = (group: string, sub = 'staff-7') => ({ sub, groups: [group], org: { id: 'acme' } });
