import { kind, type ProblemKind } from './kind.ts';

/** Codes of cases and of access to content within them. */
export const CASE_PROBLEMS = {
  'case-not-found': kind(404, 'There is no such case', 'Check the id of the case.'),
  'case-closed': kind(409, 'The case is decided', 'Reopen the case; every access in it has ended.'),
  'case-open': kind(409, 'The case is open', 'Nothing to reopen.'),
  'case-full': kind(409, 'The case links as much as a case may', 'Open another case for the rest.'),
  'asset-not-linked': kind(
    409,
    'The case does not link the asset',
    'Link the asset to the case first, and say so in a note.',
  ),
  'decision-without-subject': kind(
    422,
    'The case links nobody whom the decision could be about',
    'Link the user, or decide on no action.',
  ),
  'access-request-not-found': kind(
    404,
    'The case has no such access request',
    'Check the ids of the case and of the request.',
  ),
  'access-not-pending': kind(
    409,
    'The access request does not wait for an approval',
    'An approval counts once; ask for access anew.',
  ),
  'access-not-approved': kind(
    403,
    'Nobody has approved the access',
    'Somebody else than who asked has to approve it (promise 25).',
  ),
  'access-of-another': kind(403, 'The access was granted to somebody else', 'Ask for access of your own.'),
  'access-expired': kind(403, 'The time of the access is over', 'Ask for access anew.'),
  'access-ended': kind(
    403,
    'The access was declined, given back, or ended with its case',
    'Ask for access anew.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
