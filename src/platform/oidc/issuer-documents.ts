import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { isFetchable } from './addresses.ts';
import type { IssuerConfig } from './oidc-config.ts';

const TIMEOUT_MS = 3_000;
/** Base64url of 2048 bits: shorter RSA keys sign nothing (NIST SP 800-131A). */
const MIN_MODULUS_LENGTH = 342;

const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.url().refine(isFetchable) });
const jwk = z.looseObject({ kty: z.string(), n: z.string().exactOptional() });
const jwks = z.object({ keys: z.array(jwk) });
type Jwk = z.infer<typeof jwk>;

/**
 * The public keys that an issuer signs with at the moment, found by discovery where no address is configured.
 * Throws `issuer-unavailable`.
 */
export async function fetchKeys(config: Pick<IssuerConfig, 'issuer' | 'jwksUri'>): Promise<JSONWebKeySet> {
  const address = config.jwksUri ?? (await discover(config.issuer));
  const { keys } = await fetchJson(address, jwks);
  return { keys: keys.filter(verifies) };
}

/** OIDC Discovery §4: the well-known path is appended to the issuer's own. */
async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await fetchJson(address, discovery);
  // §4.3: another name means another issuer's document, and its keys.
  if (found.issuer !== issuer) throw unavailable('the issuer calls itself by another name');
  return found.jwks_uri;
}

async function fetchJson<T extends z.ZodType>(address: string, schema: T): Promise<z.infer<T>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, {
      signal,
      redirect: 'error',
      headers: { accept: 'application/json' },
    });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    return schema.parse(await response.json());
  } catch (cause) {
    throw unavailable('the issuer of the token does not give its keys', cause);
  }
}

/** Symmetric keys, and private ones that somebody published by mistake, verify nothing. */
const verifies = (key: Jwk): boolean =>
  !('d' in key) &&
  (key.kty === 'EC' ||
    key.kty === 'OKP' ||
    (key.kty === 'RSA' && (key.n?.length ?? 0) >= MIN_MODULUS_LENGTH));

const unavailable = (message: string, cause?: unknown): LetheError =>
  new LetheError('issuer-unavailable', message, { cause });
