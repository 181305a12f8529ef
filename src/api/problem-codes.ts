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
  'attestation-missing': kind(
    422,
    'The account lacks an attestation',
    'Say `attestation`: adult or guardian-consent (promise 23).',
  ),
  'recipient-not-configured': kind(
    422,
    'The policy does not name the recipient',
    'Name the sub-processor in the policy first (promise 17).',
  ),
  'authority-missing': kind(
    422,
    'The disclosure names no authority',
    'Name it by reference: court and docket, agency and file number (promise 19).',
  ),
  'cohort-too-small': kind(
    422,
    'The analytics cover too few people',
    'Aggregate over at least as many people as `details` says (promise 33).',
  ),
  'terms-not-found': kind(404, 'There are no such terms', 'Check the id of the proposal.'),
  'region-not-served': kind(
    422,
    'The cell does not serve the region',
    'Register the tenant in a cell of its region (promise 5).',
  ),
  'cell-dedicated': kind(
    409,
    'The cell is dedicated to another tenant',
    'Register the tenant in a cell of its own, or in a shared one (promise 14).',
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
  'key-expiry-invalid': kind(
    422,
    'The key would be valid for too long, or not at all',
    'Name an end in the future, at most 90 days away.',
  ),
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
  'report-not-found': kind(404, 'There is no such report', 'Check the id of the report.'),
  'deletion-request-not-found': kind(
    404,
    'There is no such deletion request',
    'Check the id of the deletion request.',
  ),
  'data-request-not-found': kind(404, 'There is no such data request', 'Check the id of the data request.'),
  'data-request-answered': kind(
    409,
    'The data request is answered',
    'Its answer stands; ask for something new with a new request.',
  ),
  'data-request-overdue': kind(
    409,
    'The data request is past its date',
    'A request is extended until its date, not after it (GDPR Art. 12(3)): answer it.',
  ),
  'extension-used-up': kind(
    422,
    'The data request cannot be extended further',
    'Two further months in all may be granted (GDPR Art. 12(3)).',
  ),
  'ground-missing': kind(422, 'The ground is missing', 'Say on which ground (GDPR Art. 12(4)).'),
  'purpose-closed': kind(
    403,
    'The user has objected to this processing',
    'Leave the data of this user out of it (promise 31).',
  ),
  'offboarding-not-found': kind(404, 'No offboarding is under way', 'Announce it first.'),
  'offboarding-exists': kind(
    409,
    'An offboarding is under way',
    'Confirm it as somebody else, or withdraw it.',
  ),
  'offboarding-started': kind(409, 'The destruction of the keys has begun', 'It can be withdrawn no longer.'),
  'own-approval': kind(
    403,
    'Nobody approves what is his own',
    'Somebody else has to approve it, with a key of his own.',
  ),
  'tenant-offboarding': kind(
    409,
    'The tenant is being offboarded',
    'It is read-only; withdraw the offboarding to write again.',
  ),
  'tenant-erased': kind(
    410,
    'The tenant was erased',
    'Every key of it is destroyed; the problem carries the proof.',
  ),
  'checkpoint-not-found': kind(404, 'Nothing has been signed yet', 'Ask again in a second.'),
  'tile-not-found': kind(404, 'The tree has no such tile', 'Ask for tiles that the checkpoint requires.'),
  'leaf-not-found': kind(
    404,
    'The tree has no such leaf',
    'Name the position of an event of this tenant; a new one is in the tree within a second.',
  ),
  'proof-out-of-range': kind(400, 'The tree is smaller than that', 'Ask for what the checkpoint covers.'),
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
  'report-subject-required': kind(
    422,
    'The report is about one user',
    'Name the user in `subject`, or for a receipt or certificate the deletion request in `request`.',
  ),
  'report-subject-refused': kind(
    422,
    'The report is not about that',
    'Leave out `subject` or `request`: reports of this kind have none.',
  ),
  'report-period-invalid': kind(
    422,
    'The period is not usable',
    'Let `to` come after `from`; reports about one user have no period.',
  ),
  'report-not-ready': kind(409, 'The report is being built', 'Ask for its state until it says issued.'),
  'report-failed': kind(409, 'The report could not be built', 'Its state says why; ask for a new one.'),
  'certificate-not-ready': kind(
    409,
    'Not everything is erased yet',
    '`details` says by when; until then there is the receipt.',
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
  'report-outdated': kind(
    410,
    'The report holds what was deleted since',
    'It is not given out any more; ask for a new one.',
  ),
  'report-missing': kind(
    410,
    'The file of the report is gone',
    'It was lost from the disk; ask for a new one.',
  ),
  'report-expired': kind(410, 'The report has ended', 'Its key is destroyed; ask for a new one.'),
  'account-deleted': kind(
    410,
    'The account was deleted',
    'Nothing more can be reported for or read from it.',
  ),
  'too-many-reports': kind(429, 'Too many reports wait to be built', 'Wait until some of them are issued.'),
  'rate-limited': kind(429, 'Too many requests', 'Wait as long as Retry-After says.'),
  'epoch-closed': later(
    1,
    'The keys of the tenant are being renewed',
    'Nothing was stored. Send the same request again.',
  ),
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
  'checkpoint-behind': later(
    1,
    'No checkpoint covers the position yet',
    'Repeat the request; where witnesses cosign, their quorum may be missing.',
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
