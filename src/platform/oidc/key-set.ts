import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { LetheError } from '../../domain/errors.ts';

/** How long keys are taken for what the issuer has: a withdrawn one verifies for so long at most. */
export const FRESH_MS = 10 * 60_000;
/** How long they go on where the issuer does not answer. */
export const STALE_MS = 60 * 60_000;
/** Between two reads, so that made-up key ids are no way to have the issuer asked again and again. */
export const COOLDOWN_MS = 30_000;
/** The same after a read that failed. */
export const RETRY_MS = 5_000;

export interface KeySetDeps {
  /** Reads the issuer's keys. Throws `issuer-unavailable`. */
  readonly load: () => Promise<JSONWebKeySet>;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
}

interface Read {
  readonly at: number;
  readonly find: JWTVerifyGetKey;
}

/**
 * Finds the key that a token names among an issuer's own. They are read when first needed, again in the background once
 * they are no longer fresh, and at once where a token names one that is not there: the issuer may have rotated.
 * Throws jose's `JWKSNoMatchingKey` and `JWKSMultipleMatchingKeys`, and LetheError `issuer-unavailable`.
 */
export function createKeySet({ load, elapsed }: KeySetDeps): JWTVerifyGetKey {
  let read: Read | undefined;
  let reading: Promise<Read> | undefined;
  let nextAt = -Infinity;
  let failed: unknown;

  const refresh = (): Promise<Read> => {
    reading ??= load()
      .then(
        keys => {
          failed = undefined;
          nextAt = elapsed() + COOLDOWN_MS;
          return (read = { at: elapsed(), find: createLocalJWKSet(keys) });
        },
        (error: unknown) => {
          failed = error;
          nextAt = elapsed() + RETRY_MS;
          throw error;
        },
      )
      .finally(() => (reading = undefined));
    return reading;
  };
  const mayRefresh = (): boolean => reading !== undefined || elapsed() >= nextAt;

  const current = async (): Promise<Read> => {
    const age = read === undefined ? Infinity : elapsed() - read.at;
    if (read === undefined || age >= STALE_MS) {
      if (mayRefresh()) return refresh();
      throw failed;
    }
    // What comes of it is remembered; nobody waits while there are keys to go on with.
    if (age >= FRESH_MS && mayRefresh()) refresh().catch(() => undefined);
    return read;
  };

  return async (header, token) => {
    const known = await current();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Somebody else's refetch may have come in between.
      if (read !== undefined && read !== known) return read.find(header, token);
      if (mayRefresh()) return (await refresh()).find(header, token);
      throw failed instanceof LetheError ? failed : error;
    }
  };
}
