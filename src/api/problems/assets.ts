import { kind, later, type ProblemKind } from './kind.ts';

/** Codes of users, assets, deletions and holds. */
export const ASSET_PROBLEMS = {
  'asset-withheld': kind(
    403,
    'The asset holds personal data and the policy hides it',
    'Clear the flag with pii.cleared if it was wrong.',
  ),
  'subject-not-found': kind(404, 'There is no such subject', 'Check the id of the user.'),
  'asset-not-found': kind(404, 'There is no such asset', 'Check the id of the asset.'),
  'hold-not-found': kind(404, 'There is no such hold', 'Check the id of the hold.'),
  'deletion-request-not-found': kind(
    404,
    'There is no such deletion request',
    'Check the id of the deletion request.',
  ),
  'hold-too-late': kind(
    409,
    'The erasure has begun',
    'Assets whose keys are being destroyed can no longer be held; `details` of the problem names them.',
  ),
  'hold-exists': kind(409, 'The hold is in force already', 'Nothing to do.'),
  'hold-lapsed': kind(
    409,
    'Nobody approved the hold in time',
    'A request preserves for 72 hours at most. Ask for the hold anew.',
  ),
  'hold-expiry-past': kind(
    422,
    'The hold would have expired already',
    'Name an expiry in the future, or none.',
  ),
  'account-held': kind(409, 'A hold covers the account', 'Release the hold first.'),
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
} as const satisfies Readonly<Record<string, ProblemKind>>;
