import { LRUCache } from 'lru-cache';
import { LetheError } from '../domain/errors.ts';
import type { Ingest } from './ingest/requests.ts';
import type { ViewIndex } from './ports.ts';

const TENANTS = 10_000;
/** How long a read waits for what this process has just taken in, milliseconds; then it shows what the view has. */
const PATIENCE_MS = 500;

/** Lets whoever has just written see it, without having to ask for a position. */
export interface Freshness {
  /** The ingest, noting what it takes in. */
  noting(ingest: Ingest): Ingest;
  /** Waits a moment for the views to show what this process took in last for the tenant. */
  settled(tenant: string): Promise<void>;
}

export function createFreshness(views: Pick<ViewIndex, 'reached'>): Freshness {
  const newest = new LRUCache<string, number>({ max: TENANTS });
  return {
    noting: ingest => async (tenant, raw, actor) => {
      const receipt = await ingest(tenant, raw, actor);
      newest.set(tenant, Math.max(receipt.position, newest.get(tenant) ?? 0));
      return receipt;
    },
    settled: async tenant => {
      const position = newest.get(tenant);
      if (position === undefined) return;
      await views.reached(position, PATIENCE_MS).catch((error: unknown) => {
        if (!(error instanceof LetheError) || error.code !== 'view-behind') throw error;
      });
    },
  };
}
