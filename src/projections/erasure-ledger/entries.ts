import type { EventNamed } from '../runner/view.ts';

/** What a batch has to say of one deletion request. */
export interface RequestEntry {
  readonly tenant: string;
  readonly request: string;
  scope: 'asset' | 'account';
  subject?: string | undefined;
  asset?: string | undefined;
  cause?: string | undefined;
  readonly requestedAt: string;
  readonly recordedAt: string;
  readonly position: number;
  completedAt?: string;
  completedPosition?: number;
  /** Of an account's own key. */
  epoch?: number | undefined;
  certificate?: string;
}

/** What a batch has to say of one asset's erasure. */
export interface ErasureEntry {
  readonly tenant: string;
  readonly asset: string;
  subject?: string | undefined;
  request?: string | undefined;
  cause?: string;
  basis?: string;
  hiddenAt?: string;
  hiddenPosition?: number;
  eraseAt?: string;
  batch?: string;
  keys?: readonly string[];
  epoch?: number | undefined;
  erasedAt?: string;
  erasedPosition?: number;
  certificate?: string;
  method?: string;
  certifiedPosition?: number;
}

/** Erasures of one day and cause added up. */
export interface TotalEntry {
  readonly tenant: string;
  readonly day: string;
  readonly cause: string;
  erased: number;
  keys: number;
  lateMs: number;
  lateMsMax: number;
}

const earlier = (a: string | undefined, b: string): string => (a === undefined || b < a ? b : a);

export function hide(entry: ErasureEntry, { data, time, position }: EventNamed<'asset.hidden'>): void {
  entry.request ??= data.request;
  entry.cause ??= data.cause;
  entry.basis ??= data.basis;
  entry.hiddenAt ??= time;
  entry.hiddenPosition ??= position;
  entry.eraseAt = earlier(entry.eraseAt, data.eraseAt);
}

export function erase(entry: ErasureEntry, { data, position }: EventNamed<'asset.erased'>): void {
  entry.request ??= data.request;
  entry.cause ??= data.cause;
  entry.eraseAt = earlier(entry.eraseAt, data.eraseAt);
  entry.batch ??= data.batch;
  entry.keys ??= data.keys;
  entry.epoch ??= data.epoch;
  entry.erasedAt ??= data.erasedAt;
  entry.erasedPosition ??= position;
}

export function certify(entry: ErasureEntry, { data, position }: EventNamed<'erasure.certified'>): void {
  entry.certificate ??= data.certificate;
  entry.method ??= data.method;
  entry.certifiedPosition ??= position;
}

/** How late an erasure was, in milliseconds; 0 where it was on time. */
export const lateness = ({ data }: EventNamed<'asset.erased'>): number =>
  Math.max(0, Date.parse(data.erasedAt) - Date.parse(data.eraseAt));
