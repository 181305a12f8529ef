import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Ingest } from '../ingest/requests.ts';
import type { Preservation } from '../preservation.ts';

/** open: as usual · closing: read-only, its offboarding is confirmed · erased: its keys are destroyed. */
export type Standing =
  | { readonly status: 'open' | 'closing' }
  | { readonly status: 'erased'; readonly erasedAt: Date; readonly certificate: string };

/** Where each tenant stands, at most `FRESH_MS` old where another process changed it. */
export interface Standings {
  of(tenant: string): Promise<Standing>;
  /** After a change made here. */
  forget(tenant: string): void;
}

const FRESH_MS = 1_000;
const TENANTS = 10_000;

interface Deps {
  readonly preservation: Pick<Preservation, 'state'>;
  readonly clock: Clock;
}

export function createStandings({ preservation, clock }: Deps): Standings {
  const cache = new LRUCache<string, { readonly standing: Standing; readonly readAt: number }>({
    max: TENANTS,
  });
  return {
    of: async tenant => {
      const cached = cache.get(tenant);
      const now = clock.now().getTime();
      // What is erased stays so.
      const isFresh = cached !== undefined && Math.abs(now - cached.readAt) < FRESH_MS;
      if (cached !== undefined && (isFresh || cached.standing.status === 'erased')) return cached.standing;
      const standing = await read(preservation, tenant);
      cache.set(tenant, { standing, readAt: now });
      return standing;
    },
    forget: tenant => void cache.delete(tenant),
  };
}

async function read(preservation: Pick<Preservation, 'state'>, tenant: string): Promise<Standing> {
  const { offboarding } = await preservation.state(tenant);
  switch (offboarding.status) {
    case 'none':
    case 'announced':
      return { status: 'open' };
    case 'confirmed':
    case 'started':
      return { status: 'closing' };
    case 'erased': {
      const { erasedAt, certificate } = offboarding;
      return { status: 'erased', erasedAt, certificate };
    }
  }
}

/** Throws `tenant-erased` with the proof, or `tenant-offboarding` for a tenant that takes nothing more. */
export function requireOpen(standing: Standing): void {
  if (standing.status === 'erased') throw erasedError(standing);
  if (standing.status === 'closing') {
    throw new LetheError('tenant-offboarding', 'the offboarding of the tenant is confirmed: it is read-only');
  }
}

export const erasedError = ({ erasedAt, certificate }: Extract<Standing, { status: 'erased' }>): LetheError =>
  new LetheError('tenant-erased', 'every key of the tenant is destroyed', {
    details: { erasure: { erasedAt: erasedAt.toISOString(), certificate } },
  });

/** The ingest of tenants that are open. */
export const onlyWhileOpen =
  (standings: Standings, ingest: Ingest): Ingest =>
  async (tenant, raw, actor) => {
    requireOpen(await standings.of(tenant));
    return ingest(tenant, raw, actor);
  };
