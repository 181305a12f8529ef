import { kind, type ProblemKind } from './kind.ts';

/** Codes of reports and certificates. */
export const REPORT_PROBLEMS = {
  'report-not-found': kind(404, 'There is no such report', 'Check the id of the report.'),
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
  'report-row-invalid': kind(
    500,
    'The report does not fit its own schema',
    'This is a fault of the service: tell whoever runs it; nothing was given out.',
  ),
  'report-failed': kind(409, 'The report could not be built', 'Its state says why; ask for a new one.'),
  'certificate-not-ready': kind(
    409,
    'Not everything is erased yet',
    '`details` says by when; until then there is the receipt.',
  ),
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
  'too-many-reports': kind(429, 'Too many reports wait to be built', 'Wait until some of them are issued.'),
} as const satisfies Readonly<Record<string, ProblemKind>>;
