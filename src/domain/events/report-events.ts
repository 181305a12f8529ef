import { z } from 'zod';
import { REPORT_KINDS } from '../report/kinds.ts';
import { defineEvent } from './definition.ts';
import { count, field, instant, label, utcInstant, uuid } from './fields.ts';

const report = field(uuid, 'identifier', 'id of the report');
const kind = field(z.enum(REPORT_KINDS), 'service-metadata');

/** The envelope names the user whom the report is about, where it is about one. */
export const reportRequested = defineEvent({
  type: 'report.requested',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    report,
    kind,
    from: field(instant, 'service-metadata', 'first instant of the period').optional(),
    to: field(instant, 'service-metadata', 'end of the period, exclusive').optional(),
    request: field(uuid, 'identifier', 'the deletion request that a receipt or certificate is of').optional(),
  },
});

/** The bundle lies ready, sealed (promises 28, 30, 43). */
export const reportIssued = defineEvent({
  type: 'report.issued',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    report,
    kind,
    sha256: field(z.hex().length(64), 'service-metadata', 'SHA-256 of the bundle'),
    bytes: field(count, 'usage', 'size of the bundle'),
    events: field(count, 'usage', 'events that the bundle proves'),
    rows: field(count, 'usage', 'rows of data, each found valid by its published schema').optional(),
    size: field(count, 'service-metadata', 'size of the tree that its checkpoint signs'),
    asOf: field(count, 'service-metadata', 'log position up to which the report knows'),
    expiresAt: field(utcInstant, 'policy', 'when its key is destroyed'),
  },
});

export const reportFailed = defineEvent({
  type: 'report.failed',
  about: 'tenant',
  origin: 'lethe',
  clear: { report, reason: field(label, 'service-metadata', 'stable code of the failure') },
});

/** Recorded before the first byte leaves. */
export const reportDownloaded = defineEvent({
  type: 'report.downloaded',
  about: 'tenant',
  origin: 'lethe',
  clear: { report },
});

export const REPORT_ENDS = ['expired', 'erasure', 'withdrawn'] as const;

/** Its key is destroyed and its file removed: at its date, because content in it was deleted, or on demand. */
export const reportExpired = defineEvent({
  type: 'report.expired',
  about: 'tenant',
  origin: 'lethe',
  clear: { report, cause: field(z.enum(REPORT_ENDS), 'policy') },
});
