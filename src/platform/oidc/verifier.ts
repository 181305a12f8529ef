import { decodeJwt, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { OnRefused } from '../../domain/ports/credentials.ts';
import type { TokenCaller, TokenVerifier } from '../../domain/ports/token-verifier.ts';
import { callerOf, tenantOf } from './claims.ts';
import { fetchKeys } from './issuer-documents.ts';
import { createKeySet } from './key-set.ts';
import type { IssuerConfig, OidcConfig } from './oidc-config.ts';
import { claimsOf, lifeTooLong, refusalOf } from './refusal.ts';

/** Longer ones are not even read: what takes work is done for tokens of a size that issuers write. */
const MAX_LENGTH = 8_192;
/** RFC 9068 §2.2; `iss` and `aud` are compared. */
const REQUIRED = ['sub', 'exp', 'iat'];

export interface VerifierDeps {
  readonly clock: Clock;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
  readonly onRefused: OnRefused;
}

interface Issuer extends IssuerConfig {
  readonly keys: JWTVerifyGetKey;
}

/** Verifies JWT access tokens as RFC 9068 §4 has it, for the issuers of the configuration. */
export function createTokenVerifier({ issuers, actorKey }: OidcConfig, deps: VerifierDeps): TokenVerifier {
  const { clock, elapsed, onRefused } = deps;
  const known = new Map(
    issuers.map((config): [string, Issuer] => [
      config.issuer,
      { ...config, keys: createKeySet({ load: () => fetchKeys(config), elapsed }) },
    ]),
  );

  const callerBy = (claims: JWTPayload, issuer: Issuer): TokenCaller => {
    requireShortLife(claims, issuer);
    return callerOf(claims, issuer, actorKey);
  };

  const told = (error: unknown, issuer: Issuer | undefined, claims = claimsOf(error)): unknown => {
    const refusal = refusalOf(error);
    const tenant = issuer === undefined || claims === undefined ? undefined : tenantOf(claims, issuer);
    if (refusal instanceof LetheError) onRefused({ code: refusal.code, tenant });
    return refusal;
  };

  return {
    verify: async token => {
      let issuer: Issuer | undefined;
      let claims: JWTPayload | undefined;
      try {
        issuer = issuerOf(token, known);
        claims = await verifiedClaims(token, issuer, clock.now());
        return callerBy(claims, issuer);
      } catch (error) {
        throw told(error, issuer, claims);
      }
    },
  };
}

/** Which issuer a token says that it is of: unverified, so that it only chooses whose keys it has to stand against. */
function issuerOf(token: string, known: ReadonlyMap<string, Issuer>): Issuer {
  if (token.length > MAX_LENGTH) {
    throw new LetheError('token-too-large', `a token has at most ${MAX_LENGTH} characters`);
  }
  const issuer = known.get(decodeJwt(token).iss ?? '');
  if (issuer !== undefined) return issuer;
  throw new LetheError('token-issuer-unknown', 'the token is of an issuer that is not known here');
}

async function verifiedClaims(token: string, issuer: Issuer, now: Date): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, issuer.keys, {
    algorithms: issuer.algorithms,
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: issuer.type,
    requiredClaims: [...REQUIRED, ...issuer.required],
    clockTolerance: issuer.clockSkew / 1_000,
    // Also refuses an `iat` in the future.
    maxTokenAge: issuer.maxLife / 1_000,
    currentDate: now,
  });
  // RFC 7519 §4.1.2, which the library leaves to its caller.
  if (typeof payload.sub !== 'string' || payload.sub === '') {
    throw new LetheError('token-claim-invalid', 'the claim sub names nobody');
  }
  return payload;
}

/** Nobody can take a token back, so that its life is what a leaver keeps. */
function requireShortLife({ exp = Infinity, iat = 0 }: JWTPayload, { maxLife }: Issuer): void {
  if ((exp - iat) * 1_000 > maxLife) throw lifeTooLong();
}
