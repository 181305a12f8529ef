import { LetheError } from '../domain/errors.ts';
import { createKeyAuthenticator, keyInvalid, type KeyAuthenticatorDeps } from './key-auth.ts';
import type { Principal } from './principal.ts';
import { createTokenAuthenticator, type TokenWay } from './token-auth.ts';

/**
 * Answers who an Authorization header stands for. Throws `credential-missing`, what API keys are refused with
 * (`credential-…`), and what tokens are (`token-…`, `issuer-unavailable`, `subject-not-found`).
 */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export interface AuthenticatorDeps extends KeyAuthenticatorDeps {
  /** Undefined: API keys alone. */
  readonly tokens?: TokenWay | undefined;
}

/** RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^Bearer +(\S+)$/i;
const KEY_PREFIX = 'lethe_';

/** The one door: an API key says by its prefix that it is one, and whatever else there is has to be an access token. */
export function createAuthenticator({ tokens, ...deps }: AuthenticatorDeps): Authenticate {
  const byKey = createKeyAuthenticator(deps);
  const byToken = tokens === undefined ? byKey : createTokenAuthenticator(tokens);
  return async authorization => {
    if (authorization === undefined) throw missing();
    const bearer = BEARER.exec(authorization)?.[1];
    if (bearer === undefined) throw keyInvalid();
    return bearer.startsWith(KEY_PREFIX) ? byKey(bearer) : byToken(bearer);
  };
}

const missing = (): LetheError =>
  new LetheError('credential-missing', 'send `Authorization: Bearer <API key or access token>`');
