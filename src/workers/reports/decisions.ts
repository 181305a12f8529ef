import { readEvents, type ReadEvent } from '../../application/certificates/proven.ts';
import { positionsOfActions } from '../../projections/audit-trail/totals.ts';
import { pages } from './paging.ts';
import type { ReportContext } from './plan.ts';

const PAGE = 200;

/** Of each case, oldest first. */
export type Decisions = ReadonlyMap<string, readonly ReadEvent[]>;

/** What the restrictions of accounts rest on: the decisions of each case, oldest first. */
export async function decisionsOf({ db, tenant, asOf, sources }: ReportContext): Promise<Decisions> {
  const decisions = new Map<string, ReadEvent[]>();
  const positions = pages<number>(PAGE, (after = 0) =>
    positionsOfActions(db, tenant.tenant, ['case.decided'], { after, last: asOf.position, limit: PAGE }),
  );
  for await (const page of positions) {
    for (const event of await readEvents(sources.log, tenant.tenant, page)) {
      if (event.envelope.type !== 'case.decided') continue;
      const { case: id } = event.envelope.data;
      decisions.set(id, [...(decisions.get(id) ?? []), event]);
    }
  }
  return decisions;
}

/** The decision that a restriction was recorded with: the last of its case before it. */
export function decisionOn({ position, envelope }: ReadEvent, decisions: Decisions): ReadEvent | undefined {
  const id = envelope.type === 'account.blocked' ? envelope.data.case : undefined;
  return id === undefined
    ? undefined
    : decisions.get(id)?.findLast(({ position: decided }) => decided < position);
}
