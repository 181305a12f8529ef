import type { ActorKind } from '../../domain/events/envelope.ts';
import type { EventType } from '../../domain/events/catalogue.ts';
import type { Db } from '../runner/view.ts';
import { chooseFacets, type ChosenFacets, type FacetOf } from './choose-facets.ts';
import type { Outcome } from './entry.ts';
import type { AuditFilter } from './filter.ts';
import { mergeStatement, walkStatement, type Search } from './statements.ts';

export interface AuditEntry {
  readonly tenant: string;
  readonly position: number;
  /** When it happened, as the reporter says. */
  readonly time: Date;
  readonly action: EventType;
  readonly actorKind: ActorKind;
  readonly actor: string;
  readonly role: string | null;
  readonly target: string | null;
  readonly outcome: Outcome;
  readonly purpose: string | null;
  /** Policy version in force. */
  readonly policy: number;
  readonly case: string | null;
}

export type AuditOrder = 'newest-first' | 'oldest-first';

/** Where a page ended, and the state of the log that the list began with. */
export interface AuditCursor {
  readonly time: Date;
  readonly position: number;
  readonly asOf: number;
}

export interface AuditPage {
  readonly cursor?: AuditCursor | undefined;
  readonly limit: number;
  readonly order?: AuditOrder;
}

export interface AuditList {
  readonly entries: readonly AuditEntry[];
  /** Log position up to which the list knows: the same on every page of it. */
  readonly asOf: number;
}

/** From so many facets on, most entries are probably wanted, and a look at the nearest ones is worth it. */
const MANY_FACETS = 32;

/**
 * Entries of tenants by the time that they happened at. A list is pinned to the log position that its first page knew:
 * whatever arrives meanwhile, late reports included, no page skips or repeats an entry. `db` is a connection of
 * `withTenant`, or one that may see all of the tenants.
 */
export async function listAudit(
  db: Db,
  tenants: readonly string[],
  filter: AuditFilter,
  page: AuditPage,
): Promise<AuditList> {
  const asOf = page.cursor?.asOf ?? (await newestPosition(db, tenants));
  const chosen = await chooseFacets(db, tenants, filter);
  return { entries: await search(db, { tenants, filter, page, asOf, user: chosen.user }, chosen), asOf };
}

/**
 * Whoever names a target, a user or a case means few entries, and nobody who names nothing leaves any out: both read one
 * index a tenant. Every other filter is answered facet by facet.
 */
async function search(
  db: Db,
  asked: Omit<Search, 'facets' | 'lanes'>,
  { facets, user }: ChosenFacets,
): Promise<readonly AuditEntry[]> {
  if (facets?.length === 0) return [];
  const named = asked.filter.target ?? asked.filter.case ?? user;
  if (facets === undefined || named !== undefined) return merge(db, { ...asked, facets, lanes: 'tenants' });
  if (facets.length > MANY_FACETS && asked.tenants.length === 1) {
    for (const from of ['next', 'first match'] as const) {
      const found = await walk(db, { ...asked, facets, lanes: 'tenants' }, from);
      if (found.length === asked.page.limit) return found;
    }
  }
  return merge(db, { ...asked, facets, lanes: 'facets' });
}

async function merge(db: Db, asked: Search): Promise<readonly AuditEntry[]> {
  const { text, values } = mergeStatement(asked);
  return (await db.query<AuditEntry>(text, values)).rows;
}

async function walk(
  db: Db,
  asked: Search & { readonly facets: readonly FacetOf[] },
  from: 'next' | 'first match',
): Promise<readonly AuditEntry[]> {
  const { text, values } = walkStatement(asked, from);
  return (await db.query<AuditEntry>(text, values)).rows;
}

/** Every tenant that the trail has an entry of. */
export async function auditedTenants(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    'select distinct tenant from view_audit_trail.facets order by tenant',
  );
  return rows.map(({ tenant }) => tenant);
}

async function newestPosition(db: Db, tenants: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ position: number | null }>(
    `select max(newest.position) as position from unnest($1::uuid[]) as of (tenant)
     cross join lateral (select max(position) as position from view_audit_trail.entries
       where tenant = of.tenant) newest`,
    [tenants],
  );
  return rows[0]?.position ?? 0;
}
