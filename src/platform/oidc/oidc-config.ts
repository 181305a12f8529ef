import { z } from 'zod';
import { uuid } from '../../domain/events/fields.ts';
import { ROLES } from '../../domain/ports/credentials.ts';
import type { Secret } from '../../domain/secret.ts';
import { millisecondsOf } from '../../domain/time/duration.ts';
import { asSecret, configInvalid, jsonText, milliseconds } from '../variables.ts';
import { isFetchable } from './addresses.ts';

const atMost = (most: string) => milliseconds.refine(ms => ms <= millisecondsOf(most), `at most ${most}`);

/** RFC 9068 §4 and RFC 8725 §3.1: signatures by key pairs only, so that nobody can sign with what is published. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const address = z.url().refine(isFetchable, 'https://, or http:// on the loopback address');
/** A claim of the token's own, or the path to one within others. */
const claim = z.union([
  z
    .string()
    .min(1)
    .transform(name => [name]),
  z.array(z.string().min(1)).min(1).max(8),
]);

const issuerSchema = z.strictObject({
  issuer: address,
  audience: z.string().min(1),
  jwksUri: address.optional(),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']),
  type: z.enum(['at+jwt', 'JWT']).default('at+jwt'),
  clockSkew: atMost('PT5M').prefault('PT30S'),
  maxLife: atMost('P1D').prefault('PT1H'),
  required: z.array(z.string().min(1)).default([]),
  role: z.strictObject({
    claim,
    values: z.record(z.string().min(1), z.enum(ROLES).exclude(['cross-tenant-auditor'])),
  }),
  tenant: z.strictObject({ claim, values: z.record(z.string().min(1), uuid).optional() }),
  user: claim.prefault('sub'),
});

/** Whose tokens are taken, and what their claims mean. Durations are milliseconds. */
export type IssuerConfig = z.infer<typeof issuerSchema>;

export interface OidcConfig {
  readonly issuers: readonly IssuerConfig[];
  /** Key of the pseudonyms that callers have in events. */
  readonly actorKey: Secret;
}

/** One entry a variable of the environment. */
export const oidcVariables = {
  LETHE_OIDC: jsonText
    .pipe(
      z
        .array(issuerSchema)
        .min(1)
        .refine(
          all => new Set(all.map(({ issuer }) => issuer)).size === all.length,
          'an issuer stands twice',
        ),
    )
    .optional(),
  LETHE_OIDC_ACTOR_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/_=-]{43,}$/, 'at least 32 random bytes in Base64')
    .transform(asSecret)
    .optional(),
};

type Variables = z.infer<z.ZodObject<typeof oidcVariables>>;

/** Undefined without issuers. Throws `config-invalid` where the key of the pseudonyms is missing: it cannot be made up. */
export function oidcConfig(data: Variables): OidcConfig | undefined {
  const { LETHE_OIDC: issuers, LETHE_OIDC_ACTOR_KEY: actorKey } = data;
  if (issuers === undefined) return undefined;
  if (actorKey === undefined)
    throw configInvalid(
      'LETHE_OIDC_ACTOR_KEY',
      'LETHE_OIDC needs it, the same in every process and for good',
    );
  return { issuers, actorKey };
}
