/** One way a request can fail: HTTP status, a title that never changes, and what the caller should mend. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly mend: string;
  /** Seconds after which trying again may help. */
  readonly retryAfter?: number;
}

const kind = (status: number, title: string, mend: string): ProblemKind => ({ status, title, mend });
const later = (retryAfter: number, title: string, mend: string): ProblemKind => ({
  ...kind(503, title, mend),
  retryAfter,
});

/** Every stable code of the contract. A code is never reused with another meaning. */
export const PROBLEMS = {
  'malformed-json': kind(400, 'The body is not JSON', 'Send valid JSON in UTF-8.'),
  'malformed-ndjson': kind(
    400,
    'A line is not JSON',
    'Mend the named line: one JSON object a line, UTF-8, ended by a line feed.',
  ),
  'invalid-request': kind(
    400,
    'The request does not fit its schema',
    'Mend each field that `errors` names; /openapi.json has the schema and its limits.',
  ),
  'cursor-invalid': kind(
    400,
    'The cursor is not one of this list',
    'Pass `cursor` exactly as the list returned it, or leave it out to start again.',
  ),
  'unknown-event-type': kind(400, 'The event type is not known', 'Use a type of the event catalogue.'),
  'unsupported-event-version': kind(
    400,
    'The event version is not supported',
    'Send a version of the data schema that the event catalogue lists.',
  ),
  'invalid-event': kind(400, 'An event does not fit its schema', 'Mend each field that `errors` names.'),
  'batch-empty': kind(400, 'The request holds no event', 'Send at least one event.'),
  'tenant-mismatch': kind(
    400,
    'The event names another tenant than the address',
    'Post it to the address of the tenant that it names, or leave `lethetenant` out.',
  ),
  'time-in-future': kind(
    400,
    'The time lies in the future',
    'Set the clock of the reporter; a few minutes ahead are tolerated.',
  ),
  'time-invalid': kind(400, 'The time is not usable', 'Send an RFC 3339 time after 1970-01-01T00:00:00Z.'),
  'card-number-refused': kind(
    422,
    'A clear field holds a card number',
    'Remove it: full payment details are never stored (promise 32).',
  ),
  'out-of-region': kind(
    422,
    'The event is out of its region',
    'Report a model region that the policy of the tenant allows.',
  ),
  'policy-minimum-exceeds-maximum': kind(
    422,
    'The minimum retention exceeds the maximum',
    'Shorten minRetention or prolong maxRetention.',
  ),
  'policy-conflict': kind(
    422,
    'Clauses of the policy contradict each other',
    '`errors` names each pair of clauses; change one of the two.',
  ),
  'policy-window-below-promise': kind(
    422,
    'The abuse window is shorter than the pack promises',
    'Prolong minRetention to what the pack promises.',
  ),
  'policy-maximum-below-abuse-minimum': kind(
    422,
    'The maximum retention ends before the abuse window of the pack',
    'Prolong maxRetention, or choose another pack.',
  ),
  'policy-period-not-limited': kind(422, 'The retention has no limit', 'Set a maxRetention (promise 37).'),
  'policy-training-promised-none': kind(
    422,
    'The pack promises that nothing is trained on',
    "Set training to 'never', or choose another pack.",
  ),
  'policy-history-not-stored': kind(
    422,
    'The pack promises a history that would not be stored',
    'Set storeDefault to true, or choose another pack.',
  ),
  'policy-model-region-outside-promise': kind(
    422,
    'A model region lies outside what the pack promises',
    'Name only model regions that belong to the region of the tenant (promise 4).',
  ),
  'policy-subprocessor-outside-promise': kind(
    422,
    'A sub-processor lies outside what the pack promises',
    'Remove it, or name one in the region of the tenant.',
  ),
  'policy-erasure-sla-too-long': kind(422, 'The erasure SLA is too long', 'Shorten erasureSla.'),
  'event-too-large': kind(413, 'An event is too large', 'Shorten its content, or store a reference to it.'),
  'batch-too-large': kind(413, 'Too many events in one request', 'Split the batch.'),
  'body-too-large': kind(413, 'The body is too large', 'Split the request.'),
  'unsupported-media-type': kind(
    415,
    'The content type is not supported',
    'Send application/json, application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson.',
  ),
  'credential-missing': kind(
    401,
    'No credential was sent',
    'Send `Authorization: Bearer <API key>` (RFC 6750).',
  ),
  'credential-invalid': kind(401, 'The credential is not valid', 'Check the API key, or ask for a new one.'),
  'credential-expired': kind(401, 'The credential has expired', 'Ask for a new API key.'),
  'credential-revoked': kind(401, 'The credential was revoked', 'Ask for a new API key.'),
  'credential-not-found': kind(404, 'There is no such API key', 'Check the id of the key.'),
  forbidden: kind(403, 'The role may not do this', 'Use a key with one of the roles that the route lists.'),
  'purpose-refused': kind(
    403,
    'The purpose does not open this',
    'Personal data opens only for a purpose that covers it (promise 16).',
  ),
  'asset-withheld': kind(
    403,
    'The asset holds personal data and the policy hides it',
    'Clear the flag with pii.cleared if it was wrong.',
  ),
  'not-found': kind(404, 'There is nothing here', 'Check the path against /openapi.json.'),
  'tenant-not-found': kind(
    404,
    'There is no such tenant',
    'Check the tenant id and that the key belongs to it.',
  ),
  'subject-not-found': kind(404, 'There is no such subject', 'Check the id of the user.'),
  'asset-not-found': kind(404, 'There is no such asset', 'Check the id of the asset.'),
  'hold-not-found': kind(404, 'There is no such hold', 'Check the id of the hold.'),
  'deletion-request-not-found': kind(
    404,
    'There is no such deletion request',
    'Check the id of the deletion request.',
  ),
  'source-id-conflict': kind(
    409,
    'The event id is taken by another event',
    'The same `source` and `id` was reported with another body; send a new id.',
  ),
  'asset-subject-mismatch': kind(
    409,
    'The asset belongs to another subject',
    'Report an asset under the subject that its first event named.',
  ),
  'hold-too-late': kind(
    409,
    'The erasure has begun',
    'Assets whose keys are being destroyed can no longer be held; `details` of the problem names them.',
  ),
  'hold-exists': kind(409, 'The hold exists already', 'Nothing to do.'),
  'hold-expiry-past': kind(
    422,
    'The hold would have expired already',
    'Name an expiry in the future, or none.',
  ),
  'account-held': kind(409, 'A hold covers the account', 'Release the hold first.'),
  'tenant-exists': kind(409, 'The tenant exists already', 'Nothing to do.'),
  'log-conflict': kind(409, 'The state has moved meanwhile', 'Read it again and repeat the request.'),
  'asset-deleted': kind(
    410,
    'The asset was deleted',
    'It is hidden from now on; the problem says when its keys are destroyed.',
  ),
  'asset-erased': kind(410, 'The asset was erased', 'Its keys are destroyed; the problem carries the proof.'),
  'account-deleted': kind(
    410,
    'The account was deleted',
    'Nothing more can be reported for or read from it.',
  ),
  'rate-limited': kind(429, 'Too many requests', 'Wait as long as Retry-After says.'),
  'kms-unavailable': later(
    5,
    'The key management service does not answer',
    'Nothing was stored. Send the same request again later.',
  ),
  'log-unavailable': later(
    2,
    'The log does not answer',
    'Send the same request with the same event ids again later: what was stored counts as a duplicate.',
  ),
  'view-behind': later(
    1,
    'The views have not reached the position',
    'Repeat the read, or drop Lethe-Min-Position.',
  ),
  'shutting-down': later(2, 'The service is shutting down', 'Send the same request again.'),
  internal: kind(
    500,
    'Something failed inside Lethe',
    'Send the same request again; if it persists, report the `instance` of the problem.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
