import { kind, later, type ProblemKind } from './kind.ts';

const ANOTHER = 'Get a new access token from your issuer.';
const MAPPING = 'Ask whoever runs the service how claims are mapped.';

/** Codes of access tokens, one a reason: who integrates an issuer sees which. */
export const TOKEN_PROBLEMS = {
  'token-malformed': kind(
    401,
    'The credential is neither an API key nor a signed JWT',
    'Send the token as it was issued.',
  ),
  'token-too-large': kind(401, 'The token is too large', 'Have the issuer put fewer claims into it.'),
  'token-issuer-unknown': kind(
    401,
    "The token's issuer is not known here",
    'Use the issuer that the service is set up for.',
  ),
  'token-algorithm-refused': kind(
    401,
    "The token's algorithm is not taken",
    'Have the issuer sign with an algorithm on the list.',
  ),
  'token-key-unknown': kind(401, 'The token names no key of its issuer', ANOTHER),
  'token-signature-invalid': kind(401, "The token's signature is not valid", ANOTHER),
  'token-type-refused': kind(
    401,
    'The token is no access token',
    'Send the access token (`at+jwt`, RFC 9068), not the ID token.',
  ),
  'token-audience-wrong': kind(
    401,
    'The token is meant for another service',
    "Ask the issuer for one with this service's audience.",
  ),
  'token-expired': kind(401, 'The token has expired', ANOTHER),
  'token-not-yet-valid': kind(401, 'The token is not valid yet', 'Check the clocks, then try again.'),
  'token-life-too-long': kind(
    401,
    'The token would live for too long',
    'Have the issuer give out tokens of a shorter life.',
  ),
  'token-claim-missing': kind(
    401,
    'The token lacks a claim',
    'Have the issuer add the claim that the answer names.',
  ),
  'token-claim-invalid': kind(
    401,
    'A claim of the token is not valid',
    'Have the issuer mend the claim that the answer names.',
  ),
  'token-role-unmapped': kind(403, 'The token carries no role of this service', MAPPING),
  'token-role-ambiguous': kind(
    403,
    'The token carries several roles of this service',
    'Ask for a token with one of them.',
  ),
  'token-tenant-unmapped': kind(403, 'The token names no tenant of this service', MAPPING),
  'issuer-unavailable': later(
    5,
    "The issuer's keys cannot be had",
    'Try again after `Retry-After`; API keys go on.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
