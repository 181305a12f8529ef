import { kind, later, type ProblemKind } from './kind.ts';

/** Codes of what the platform reports. */
export const EVENT_PROBLEMS = {
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
  'out-of-region': kind(
    422,
    'The event is out of its region',
    'Report a model region that the policy of the tenant allows.',
  ),
  'event-too-large': kind(413, 'An event is too large', 'Shorten its content, or store a reference to it.'),
  'batch-too-large': kind(413, 'Too many events in one request', 'Split the batch.'),
  'append-too-large': kind(
    413,
    'The request is more than the log takes at once',
    'Split the batch: `details.maxBytes` says how much the log takes, which its operator can raise.',
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
  'log-unavailable': later(
    2,
    'The log does not answer',
    'Send the same request with the same event ids again later: what was stored counts as a duplicate.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
