import { LRUCache } from 'lru-cache';
import { parseKey, secretMatches } from '../application/credentials.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Credential, CredentialStore, OnRefused } from '../domain/ports/credentials.ts';
import type { Secret } from '../domain/secret.ts';
import type { Principal } from './principal.ts';

export interface KeyAuthenticatorDeps {
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly clock: Clock;
  /** Milliseconds of a clock that never jumps; only the cache uses it. */
  readonly elapsed?: () => number;
  /** Told of every key that was let in, by id. Must not wait for anything. */
  readonly onKeyUsed?: ((id: string) => void) | undefined;
  readonly onRefused?: OnRefused | undefined;
}

/** The longest that a revocation may go unnoticed. */
const CACHE_MS = 2_000;
const CACHE_ENTRIES = 10_000;

interface Cached {
  readonly readAt: number;
  readonly credential: Promise<Credential | undefined>;
}

/**
 * Checks API keys. A credential is read at most once in two seconds, whoever asks and however often, as long as the
 * secret is right. Throws `credential-invalid`, `-expired`, `-revoked`.
 */
export function createKeyAuthenticator(deps: KeyAuthenticatorDeps) {
  const { clock, onKeyUsed, onRefused } = deps;
  const cache = createCache(deps);
  const refuse = (refusal: LetheError, { tenant }: { tenant?: string | null } = {}): never => {
    onRefused?.({ code: refusal.code, tenant: tenant ?? undefined });
    throw refusal;
  };
  return async (presented: string): Promise<Principal> => {
    const key = parseKey(presented);
    if (key === undefined) return refuse(keyInvalid());
    const now = clock.now();
    const opens = (found: Credential | undefined): found is Credential =>
      found !== undefined && secretOpens(key.secret, found, now);
    const known = await cache.find(key.id);
    // A secret that came by a rotation this instant must work: what is remembered does not know it.
    const credential = known === undefined || opens(known) ? known : await cache.findAnew(key.id);
    const matches = opens(credential);
    key.secret.wipe();
    if (!matches) return refuse(keyInvalid());
    const refusal = unusable(credential, now);
    if (refusal !== undefined) return refuse(refusal, credential);
    const { id, role, tenant, subject } = credential;
    onKeyUsed?.(id);
    return { credential: id, role, tenant, subject };
  };
}

/** Its present secret, or the one before while the rotation lets both in. */
function secretOpens(secret: Secret, { hash, previous }: Credential, now: Date): boolean {
  if (secretMatches(secret, hash)) return true;
  return previous !== null && now < previous.until && secretMatches(secret, previous.hash);
}

/** Only who holds the secret learns that a key has expired or was revoked. */
function unusable({ revokedAt, expiresAt }: Credential, now: Date): LetheError | undefined {
  if (revokedAt !== null) return new LetheError('credential-revoked', 'the API key was revoked');
  if (expiresAt !== null && expiresAt <= now) {
    return new LetheError('credential-expired', 'the API key has expired');
  }
  return undefined;
}

function createCache({ credentials, elapsed = () => performance.now() }: KeyAuthenticatorDeps) {
  const cache = new LRUCache<string, Cached>({ max: CACHE_ENTRIES });
  const forget = (id: string, credential: Cached['credential']): void => {
    if (cache.peek(id)?.credential === credential) cache.delete(id);
  };
  const findAnew = (id: string): Cached['credential'] => {
    const credential = credentials.find(id);
    cache.set(id, { readAt: elapsed(), credential });
    credential.then(
      // A key issued this instant must work: what is absent is not remembered.
      found => found ?? forget(id, credential),
      () => forget(id, credential),
    );
    return credential;
  };
  const find = (id: string): Cached['credential'] => {
    const known = cache.get(id);
    return known !== undefined && elapsed() - known.readAt < CACHE_MS ? known.credential : findAnew(id);
  };
  return { find, findAnew };
}

export const keyInvalid = (): LetheError => new LetheError('credential-invalid', 'the API key is not valid');
