import { kind, type ProblemKind } from './kind.ts';

/** Codes of the rights of users. */
export const RIGHT_PROBLEMS = {
  'cohort-too-small': kind(
    422,
    'The analytics cover too few people',
    'Aggregate over at least as many people as `details` says (promise 33).',
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
} as const satisfies Readonly<Record<string, ProblemKind>>;
