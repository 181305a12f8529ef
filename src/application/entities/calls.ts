import { definitionOf } from '../../domain/events/catalogue.ts';
import type { AnyEnvelope } from '../../domain/events/envelope.ts';

export type Positioned = AnyEnvelope & { readonly position: number };

/** An event that made an asset and says where the call came from, or who made it. */
export interface Call {
  readonly event: Positioned;
  readonly asset: string;
  readonly subject: string;
  readonly apiClient: string | undefined;
  readonly isSealed: boolean;
}

export function callOf(event: Positioned): Call[] {
  const { asset, subject, data, sealed } = event;
  if (asset === undefined || subject === undefined || !definitionOf(event.type).creates) return [];
  // `store: false` keeps a call out of everything that outlives it (promise 47).
  if ('store' in data && data.store === false) return [];
  const apiClient = 'apiClient' in data ? data.apiClient : undefined;
  const isSealed = sealed?.parts.includes('network') === true;
  return isSealed || apiClient !== undefined ? [{ event, asset, subject, apiClient, isSealed }] : [];
}
