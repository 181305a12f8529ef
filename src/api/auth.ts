import { LRUCache } from 'lru-cache';
import { parseKey, secretMatches } from '../application/credentials.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Credential, CredentialStore } from '../domain/ports/credentials.ts';
import type { Principal } from './principal.ts';

/** Answers who an Authorization header stands for. Throws `credential-missing`, `-invalid`, `-expired`, `-revoked`. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export interface AuthenticatorDeps {
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly clock: Clock;
  /** Milliseconds of a clock that never jumps; only the cache uses it. */
  readonly elapsed?: () => number;
}

/** The longest that a revocation may go unnoticed. */
const CACHE_MS = 2_000;
const CACHE_ENTRIES = 10_000;
/** RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^Bearer +(\S+)$/i;

interface Cached {
  readonly readAt: number;
  readonly credential: Promise<Credential | undefined>;
}

/** Checks bearer API keys. A credential is read at most once in two seconds, whoever asks and however often. */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticate {
  const find = cachedFind(deps);
  return async authorization => {
    if (authorization === undefined) throw missing();
    const token = BEARER.exec(authorization)?.[1];
    const key = token === undefined ? undefined : parseKey(token);
    if (key === undefined) throw invalid();
    const credential = await find(key.id);
    const matches = credential !== undefined && secretMatches(key.secret, credential.hash);
    key.secret.wipe();
    if (!matches) throw invalid();
    refuseUnusable(credential, deps.clock.now());
    const { id, role, tenant, subject } = credential;
    return { credential: id, role, tenant, subject };
  };
}

/** Only who holds the secret learns that a key has expired or was revoked. */
function refuseUnusable({ revokedAt, expiresAt }: Credential, now: Date): void {
  if (revokedAt !== null) throw new LetheError('credential-revoked', 'the API key was revoked');
  if (expiresAt !== null && expiresAt <= now) {
    throw new LetheError('credential-expired', 'the API key has expired');
  }
}

function cachedFind(deps: AuthenticatorDeps): (id: string) => Promise<Credential | undefined> {
  const { credentials, elapsed = () => performance.now() } = deps;
  const cache = new LRUCache<string, Cached>({ max: CACHE_ENTRIES });
  return id => {
    const known = cache.get(id);
    const now = elapsed();
    if (known !== undefined && now - known.readAt < CACHE_MS) return known.credential;
    const credential = credentials.find(id);
    cache.set(id, { readAt: now, credential });
    credential.then(
      // A key issued this instant must work: what is absent is not remembered.
      found => found ?? forget(id, credential),
      () => forget(id, credential),
    );
    return credential;
  };

  function forget(id: string, credential: Cached['credential']): void {
    if (cache.peek(id)?.credential === credential) cache.delete(id);
  }
}

const missing = (): LetheError =>
  new LetheError('credential-missing', 'send `Authorization: Bearer <API key>`');
const invalid = (): LetheError => new LetheError('credential-invalid', 'the API key is not valid');
