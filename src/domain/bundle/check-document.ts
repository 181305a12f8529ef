import { Buffer } from 'node:buffer';
import {
  CERTIFICATE_FORMAT,
  erasureCertificate,
  erasureReceipt,
  type ErasureCertificate,
  type ErasureReceipt,
} from '../certificate/schemas.ts';
import { LetheError } from '../errors.ts';
import { leafHash } from '../merkle/hash.ts';
import { adviceOf, fieldOf, flatIssues } from '../schema-faults.ts';
import type { OpenedCheckpoint } from '../tlog/checkpoint.ts';
import { isLogOf } from '../tlog/origin.ts';
import { checkCertificateClaims, checkReceiptClaims } from './certificate-claims.ts';
import type { Dispute, LogEvent } from './claims.ts';
import { readEnvelope } from './envelope-line.ts';
import type { Findings } from './findings.ts';
import { refusal } from './inclusion-events.ts';
import { openWith, type Pins } from './pins.ts';

export type ErasureDocument = ErasureCertificate | ErasureReceipt;

export interface CheckedDocument {
  readonly document: ErasureDocument;
  /** Undefined: the checkpoint is not of the pinned log, and nothing is proven. */
  readonly checkpoint: OpenedCheckpoint | undefined;
}

/**
 * Checks a certificate or receipt: its checkpoint, its evidence against that, its claims against the evidence. What no
 * event records (organisation, stores, recipients) is not looked at. Undefined, with findings: not such a document.
 */
export function checkDocument(
  value: unknown,
  part: string,
  pins: Pins,
  findings: Findings,
): CheckedDocument | undefined {
  if (typeof value !== 'object' || value === null) {
    findings.add(part, 'document-invalid', 'is not JSON, or names a field twice');
    return undefined;
  }
  const parsed = isCertificate(value) ? erasureCertificate.safeParse(value) : erasureReceipt.safeParse(value);
  if (!parsed.success) {
    for (const issue of flatIssues(parsed.error.issues)) {
      findings.add(part, 'document-invalid', `${fieldOf(issue)}: ${adviceOf(issue)}`);
    }
    return undefined;
  }
  const document = parsed.data;
  if (!isLogOf(pins.key.name, document.tenant)) {
    findings.add(
      part,
      'document-invalid',
      `is of tenant ${document.tenant}; the pinned key is that of ${pins.key.name}`,
    );
  }
  const checkpoint = openWith(pins, document.checkpoint);
  if (checkpoint instanceof LetheError) {
    findings.add(part, 'document-invalid', `its checkpoint proves nothing: ${checkpoint.message}`);
    return { document, checkpoint: undefined };
  }
  const events = proveEvidence(document, checkpoint, part, findings);
  const dispute: Dispute = (code, message, leaf) =>
    findings.add(part, code, message, leaf === undefined ? {} : { leaf });
  if (document.format === CERTIFICATE_FORMAT) checkCertificateClaims(document, events, dispute);
  else checkReceiptClaims(document, events, dispute);
  return { document, checkpoint };
}

const isCertificate = (value: object): boolean => 'format' in value && value.format === CERTIFICATE_FORMAT;

/** The events of the evidence that are shown to be in the tenant's log; claims rest on no others. */
function proveEvidence(
  { evidence, tenant }: ErasureDocument,
  { size, root }: OpenedCheckpoint,
  part: string,
  findings: Findings,
): LogEvent[] {
  return evidence.flatMap(({ envelope: text, index, proof }, at) => {
    const bytes = Buffer.from(text, 'utf8');
    const envelope = readEnvelope(bytes);
    const reason = refusal({ index, proof }, leafHash(bytes), size, root);
    const wrong = (message: string): LogEvent[] => {
      findings.add(part, 'evidence-unproven', `evidence ${at}: ${message}`, { leaf: index });
      return [];
    };
    if (reason !== undefined) return wrong(`is not shown to be leaf ${index} of the log: ${reason}`);
    if (envelope?.tenant !== tenant) return wrong('is not an envelope of the tenant');
    return [{ leaf: index, envelope }];
  });
}
