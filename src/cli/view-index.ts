import type { Pool } from 'pg';
import type { ViewIndex } from '../application/ports.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import {
  countOverdue,
  tenantsWithExpiredHolds,
} from '../projections/erasure-ledger/queries/overdue-count.ts';
import { openAccountDeletions } from '../projections/erasure-ledger/queries/requests.ts';
import type { Projector } from '../projections/runner/projector.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import { descendants } from '../projections/user-assets/queries/descendants.ts';
import { dueAssets } from '../projections/user-assets/queries/due-assets.ts';
import { listAssets, type AssetCursor } from '../projections/user-assets/queries/list-assets.ts';
import { latestWindowEnd, unerasedAssets } from '../projections/user-assets/queries/of-subject.ts';

interface Deps {
  readonly writer: Pool;
  readonly reader: Pool;
  readonly clock: Clock;
  readonly projector: Pick<Projector, 'caughtUp'>;
}

const encode = ({ createdAt, asset }: AssetCursor): string => `${createdAt.toISOString()} ${asset}`;

function decode(cursor: string): AssetCursor {
  const [createdAt = '', asset = ''] = cursor.split(' ');
  return { createdAt: new Date(createdAt), asset };
}

/** Answers the use cases' questions from the views. */
export function createViewIndex({ writer, reader, clock, projector }: Deps): ViewIndex {
  return {
    dueAssets: (before, limit, after) => dueAssets(writer, before, limit, after),
    unerasedAssets: (tenant, subject, after, limit) =>
      withTenant(reader, tenant, db => unerasedAssets(db, tenant, subject, after, limit)),
    latestWindowEnd: (tenant, subject) =>
      withTenant(reader, tenant, db => latestWindowEnd(db, tenant, subject)),
    descendants: (tenant, asset) =>
      withTenant(reader, tenant, async db =>
        (await descendants(db, tenant, asset)).map(found => found.asset),
      ),
    visibleAssets: async (tenant, subject, cursor, limit) => {
      const from = cursor === undefined ? undefined : decode(cursor);
      const page = await withTenant(reader, tenant, db =>
        listAssets(db, tenant, subject, { cursor: from, limit }),
      );
      const last = page.at(-1);
      const assets = page.map(({ asset }) => asset);
      return last === undefined || page.length < limit ? { assets } : { assets, next: encode(last) };
    },
    openAccountDeletions: limit => openAccountDeletions(writer, limit),
    countOverdue: () => countOverdue(writer, clock.now()),
    tenantsWithExpiredHolds: () => tenantsWithExpiredHolds(writer, clock.now()),
    reached: (position, timeoutMs) => reached(projector, position, timeoutMs),
  };
}

async function reached(projector: Deps['projector'], position: number, timeoutMs: number): Promise<void> {
  try {
    await projector.caughtUp(position, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
    throw new LetheError('view-behind', 'the views have not caught up with that position yet');
  }
}
