import { errors, type JWTPayload } from 'jose';
import { LetheError } from '../../domain/errors.ts';

/** What jose refuses, as an error of the contract; anything else is returned as it is. No message repeats the token. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return expired(error);
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefused(error);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return refused('token-algorithm-refused', 'the token is signed with an algorithm that is not taken');
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return refused('token-key-unknown', 'the token names no key of its issuer');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refused('token-signature-invalid', "the signature is not its issuer's");
  }
  if (error instanceof errors.JOSEError) return refused('token-malformed', 'the token is no signed JWT');
  return error;
}

/** The claims of a token that was refused although its signature is good. */
export const claimsOf = (error: unknown): JWTPayload | undefined =>
  error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
    ? error.payload
    : undefined;

/** jose's limit on the age of `iat` speaks first where a token was meant to live for too long. */
const expired = ({ claim }: errors.JWTExpired): LetheError =>
  claim === 'exp' ? refused('token-expired', 'the token has expired') : lifeTooLong();

export const lifeTooLong = (): LetheError =>
  refused('token-life-too-long', 'the token is meant to live for longer than is allowed');

const WRONG: Readonly<Record<string, readonly [code: string, message: string]>> = {
  typ: ['token-type-refused', 'the token is no access token'],
  iss: ['token-issuer-unknown', 'the token is of an issuer that is not known here'],
  aud: ['token-audience-wrong', 'the token is meant for another service'],
  nbf: ['token-not-yet-valid', 'the token is not valid yet'],
  iat: ['token-not-yet-valid', 'the token was issued in the future'],
};

function claimRefused({ claim, reason }: errors.JWTClaimValidationFailed): LetheError {
  const wrong = WRONG[claim];
  // Without a type it may be any JWT at all, an ID token too.
  if (wrong !== undefined && (reason === 'check_failed' || claim === 'typ')) return refused(...wrong);
  return reason === 'missing'
    ? refused('token-claim-missing', `the token lacks the claim ${claim}`)
    : refused('token-claim-invalid', `the claim ${claim} is not what it has to be`);
}

const refused = (code: string, message: string): LetheError => new LetheError(code, message);
