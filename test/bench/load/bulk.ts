import { runInChild } from './child.ts';

export interface BulkOrder {
  readonly url: string;
  readonly tenant: string;
  readonly key: string;
  /** Keeps ids of different loads apart. */
  readonly run: string;
  readonly from: number;
  readonly events: number;
  readonly connections: number;
  /** Makes bodies as they are sent, for loads too large to hold in memory. */
  readonly lazy: boolean;
  /** When all of the events happened. Undefined: as they arrive. */
  readonly time?: string;
}

export interface BulkResult {
  readonly seconds: number;
  /** Of the last event in the log. */
  readonly position: number;
}

/** Bulk ingest over HTTP from a process of its own: NDJSON, 1,000 events a request, kept-alive connections. */
export const bulkLoad = (order: BulkOrder): Promise<BulkResult> =>
  runInChild<BulkResult>(new URL('./bulk-client.ts', import.meta.url), order);
