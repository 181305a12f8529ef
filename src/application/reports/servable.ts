import { LetheError, unreachable } from '../../domain/errors.ts';
import type { ReportRecord } from '../../domain/report/record.ts';

export type Servable = ReportRecord & { readonly sha256: string; readonly bytes: number };

/** The report if its bundle may leave now. Throws the code that says why not. */
export function requireServable(found: ReportRecord, now: Date): Servable {
  switch (found.state) {
    case 'requested':
      throw new LetheError('report-not-ready', 'the report is being built; its state says how far it is');
    case 'failed':
      throw new LetheError('report-failed', `the report could not be built: ${found.reason ?? 'internal'}`);
    case 'outdated':
      throw new LetheError(
        'report-outdated',
        'content in the report was deleted since it was built; ask for a new one',
      );
    case 'expired':
      throw found.reason === 'erasure'
        ? new LetheError(
            'report-outdated',
            'content in the report was deleted since it was built; ask for a new one',
          )
        : new LetheError('report-expired', 'the report has ended; ask for a new one');
    case 'issued':
      return issued(found, now);
    default:
      return unreachable(found.state);
  }
}

/** A date that has passed counts before the worker has come round to it. */
function issued(found: ReportRecord, now: Date): Servable {
  const { sha256, bytes, expiresAt } = found;
  if (sha256 === null || bytes === null || expiresAt === null || expiresAt <= now) {
    throw new LetheError('report-expired', 'the report has ended; ask for a new one');
  }
  return { ...found, sha256, bytes };
}
