import type { EventNamed } from '../runner/view.ts';

export type AssetKind = 'upload' | 'generation' | 'blocked';
export type AssetStatus = 'visible' | 'hidden' | 'erased';
export type CreatingEvent = EventNamed<
  'upload.received' | 'generation.requested' | 'generation.completed' | 'generation.blocked'
>;

/** Says that an earlier PII action no longer applies; distinct from an asset that never had one. */
export const NO_PII_ACTION = 'none';

/** What a batch has to say of one asset. What is undefined leaves the row as it is. */
export interface AssetPatch {
  readonly tenant: string;
  readonly asset: string;
  subject?: string | undefined;
  kind?: AssetKind;
  modality?: string | undefined;
  model?: string | undefined;
  bytes?: number | undefined;
  mediaType?: string | undefined;
  createdAt?: string;
  position?: number;
  windowEnds?: string | undefined;
  scheduledFor?: string | undefined;
  requestedFor?: string;
  status: AssetStatus;
  stored: boolean;
  piiAction?: string;
  hiddenAt?: string;
  request?: string | undefined;
  cause?: string;
  erasedAt?: string;
  certificate?: string;
}

const KINDS = {
  'upload.received': 'upload',
  'generation.requested': 'generation',
  'generation.completed': 'generation',
  'generation.blocked': 'blocked',
} as const satisfies Record<CreatingEvent['type'], AssetKind>;

/** The first creating event gives the dates; later ones add what only they know, such as the size of the output. */
export function create(patch: AssetPatch, event: CreatingEvent): void {
  const { data } = event;
  patch.createdAt ??= event.time;
  patch.position ??= event.position;
  patch.windowEnds ??= data.retention?.windowEnds;
  patch.scheduledFor ??= data.retention?.scheduledFor;
  if (patch.kind !== 'blocked') patch.kind = KINDS[event.type];
  patch.model = data.model ?? patch.model;
  if ('modality' in data) patch.modality = data.modality ?? patch.modality;
  if ('bytes' in data) patch.bytes = data.bytes ?? patch.bytes;
  if ('mediaType' in data) patch.mediaType = data.mediaType ?? patch.mediaType;
}

/** The first deletion counts; a later one may only bring the date forward. */
export function hide(patch: AssetPatch, { data, time }: EventNamed<'asset.hidden'>): void {
  if (patch.status === 'visible') patch.status = 'hidden';
  patch.hiddenAt ??= time;
  patch.request ??= data.request;
  patch.cause ??= data.cause;
  if (patch.requestedFor === undefined || data.eraseAt < patch.requestedFor)
    patch.requestedFor = data.eraseAt;
}

export function erase(patch: AssetPatch, { data }: EventNamed<'asset.erased'>): void {
  patch.status = 'erased';
  patch.request ??= data.request;
  patch.cause ??= data.cause;
  patch.erasedAt ??= data.erasedAt;
}
