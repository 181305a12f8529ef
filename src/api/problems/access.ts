import { kind, type ProblemKind } from './kind.ts';
import { TOKEN_PROBLEMS } from './tokens.ts';

/** Codes of who may do what. */
export const ACCESS_PROBLEMS = {
  ...TOKEN_PROBLEMS,
  'authority-missing': kind(
    422,
    'The disclosure names no authority',
    'Name it by reference: court and docket, agency and file number (promise 19).',
  ),
  'credential-missing': kind(
    401,
    'No credential was sent',
    'Send `Authorization: Bearer <API key or access token>` (RFC 6750).',
  ),
  'credential-invalid': kind(401, 'The credential is not valid', 'Check the API key, or ask for a new one.'),
  'credential-expired': kind(401, 'The credential has expired', 'Ask for a new API key.'),
  'credential-revoked': kind(401, 'The credential was revoked', 'Ask for a new API key.'),
  'key-expiry-invalid': kind(
    422,
    'The key would be valid for too long, or not at all',
    'Name an end in the future, at most 90 days away.',
  ),
  'credential-ended': kind(
    409,
    'The key has expired or was revoked',
    'Nothing brings it back: issue a new API key.',
  ),
  'credential-changed': kind(
    409,
    'Somebody else has rotated or revoked the key meanwhile',
    'Look at the list of keys, and rotate again if it is still called for.',
  ),
  'credential-not-found': kind(404, 'There is no such API key', 'Check the id of the key.'),
  forbidden: kind(
    403,
    'The role may not do this',
    'Use a credential with one of the roles that the route lists.',
  ),
  'purpose-refused': kind(
    403,
    'The purpose does not open this',
    'Personal data opens only for a purpose that covers it (promise 16).',
  ),
  'own-approval': kind(
    403,
    'Nobody approves what is his own',
    'Somebody else has to approve it, with a key of his own.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
