import type { EventType, LetheEvent } from '../domain/events/catalogue.ts';

export const TENANT_STREAM = 'tenant';
/** Holds, starts of erasures and the tenant's own end: one stream, so that each pair of them has an order. */
export const PRESERVATION_STREAM = 'preservation';
export const CREDENTIAL_STREAM = 'credentials';
export const ACCESS_STREAM = 'access';
export const KEY_STREAM = 'keys';
export const DISCLOSURE_STREAM = 'disclosures';
export const TERMS_STREAM = 'terms';
export const SIGNAL_STREAM = 'signals';
export const RULES_STREAM = 'rules';
export const assetStream = (asset: string): string => `asset/${asset}`;
export const subjectStream = (subject: string): string => `subject/${subject}`;
export const reportStream = (report: string): string => `report/${report}`;
export const caseStream = (id: string): string => `case/${id}`;
export const dsrStream = (dsr: string): string => `dsr/${dsr}`;
/** Reads have a stream beside the asset's own, so that deciding about an asset never loads them. */
export const readsStream = (id: string): string => `reads/${id}`;

const BY_TYPE: Readonly<Partial<Record<EventType, string>>> = {
  'hold.requested': PRESERVATION_STREAM,
  'hold.placed': PRESERVATION_STREAM,
  'hold.released': PRESERVATION_STREAM,
  'erasure.started': PRESERVATION_STREAM,
  'erasure.completed': PRESERVATION_STREAM,
  'offboarding.announced': PRESERVATION_STREAM,
  'offboarding.confirmed': PRESERVATION_STREAM,
  'offboarding.withdrawn': PRESERVATION_STREAM,
  'offboarding.exporting': PRESERVATION_STREAM,
  'offboarding.started': PRESERVATION_STREAM,
  'tenant.erased': PRESERVATION_STREAM,
  'key.rotated': KEY_STREAM,
  'epoch.rolled': KEY_STREAM,
  'key.destroyed': KEY_STREAM,
  'horizon.reached': KEY_STREAM,
  'credential.issued': CREDENTIAL_STREAM,
  'credential.rotated': CREDENTIAL_STREAM,
  'credential.revoked': CREDENTIAL_STREAM,
  'access.denied': ACCESS_STREAM,
  'records.viewed': ACCESS_STREAM,
  'refusals.counted': ACCESS_STREAM,
  'disclosure.made': DISCLOSURE_STREAM,
  'subprocessor.changed': DISCLOSURE_STREAM,
  'terms.proposed': TERMS_STREAM,
  'terms.negotiated': TERMS_STREAM,
  'abuse.signalled': SIGNAL_STREAM,
  'rules.adopted': RULES_STREAM,
};

const READS: ReadonlySet<EventType> = new Set<EventType>([
  'asset.viewed',
  'asset.downloaded',
  'subject.viewed',
]);

/** The stream that an event belongs to. */
export function streamOf(
  event: LetheEvent,
  about: { asset?: string | undefined; subject?: string | undefined },
): string {
  const { type } = event;
  if (READS.has(type)) return readsStream(about.asset ?? about.subject ?? 'none');
  const report = reportOf(event);
  if (report !== undefined) return reportStream(report);
  const opened = caseOf(event);
  if (opened !== undefined) return caseStream(opened);
  const dsr = dsrOf(event);
  if (dsr !== undefined) return dsrStream(dsr);
  if (about.asset !== undefined) return assetStream(about.asset);
  const fixed = BY_TYPE[type];
  if (fixed !== undefined) return fixed;
  return about.subject === undefined ? TENANT_STREAM : subjectStream(about.subject);
}

/** A refusal is no part of its case: whoever is refused again and again must not move the case's revision. */
function caseOf(event: LetheEvent): string | undefined {
  switch (event.type) {
    case 'case.opened':
    case 'case.assigned':
    case 'case.linked':
    case 'case.noted':
    case 'case.entries-expired':
    case 'case.decided':
    case 'case.reopened':
    case 'access.requested':
    case 'access.approved':
    case 'access.revealed':
    case 'access.closed':
      return event.data.case;
    default:
      return undefined;
  }
}

function dsrOf(event: LetheEvent): string | undefined {
  switch (event.type) {
    case 'dsr.received':
    case 'dsr.handed-over':
    case 'dsr.extended':
    case 'dsr.started':
    case 'dsr.fulfilled':
      return event.data.dsr;
    default:
      return undefined;
  }
}

function reportOf(event: LetheEvent): string | undefined {
  switch (event.type) {
    case 'report.requested':
    case 'report.issued':
    case 'report.failed':
    case 'report.downloaded':
    case 'report.expired':
      return event.data.report;
    default:
      return undefined;
  }
}
