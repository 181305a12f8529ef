import type { EventType } from '../domain/events/catalogue.ts';

export const TENANT_STREAM = 'tenant';
/** Holds and starts of erasures: one stream, so that each pair of them has an order. */
export const PRESERVATION_STREAM = 'preservation';
export const CREDENTIAL_STREAM = 'credentials';
export const ACCESS_STREAM = 'access';
export const assetStream = (asset: string): string => `asset/${asset}`;
export const subjectStream = (subject: string): string => `subject/${subject}`;
/** Reads have a stream beside the asset's own, so that deciding about an asset never loads them. */
const readsStream = (id: string): string => `reads/${id}`;

const BY_TYPE: Readonly<Partial<Record<EventType, string>>> = {
  'hold.placed': PRESERVATION_STREAM,
  'hold.released': PRESERVATION_STREAM,
  'erasure.started': PRESERVATION_STREAM,
  'erasure.completed': PRESERVATION_STREAM,
  'credential.issued': CREDENTIAL_STREAM,
  'credential.revoked': CREDENTIAL_STREAM,
  'access.denied': ACCESS_STREAM,
  'records.viewed': ACCESS_STREAM,
};

const READS: ReadonlySet<EventType> = new Set<EventType>([
  'asset.viewed',
  'asset.downloaded',
  'subject.viewed',
]);

/** The stream that an event belongs to. */
export function streamOf(
  type: EventType,
  about: { asset?: string | undefined; subject?: string | undefined },
): string {
  if (READS.has(type)) return readsStream(about.asset ?? about.subject ?? 'none');
  if (about.asset !== undefined) return assetStream(about.asset);
  const fixed = BY_TYPE[type];
  if (fixed !== undefined) return fixed;
  return about.subject === undefined ? TENANT_STREAM : subjectStream(about.subject);
}
