const READS: ReadonlySet<string> = new Set([
  'asset.viewed',
  'asset.downloaded',
  'subject.viewed',
  'records.viewed',
  'report.downloaded',
]);

/** Reads of data and records, and everything about being let in: access.denied, access.requested, case.opened, … */
export const isAccess = (type: string): boolean =>
  READS.has(type) || type.startsWith('access.') || type.startsWith('case.');
