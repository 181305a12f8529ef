import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed } from '../runner/view.ts';
import type { ErasureEntry, RequestEntry } from './entries.ts';

const horizons = bulkRows<EventNamed<'horizon.reached'>>([
  { name: 'tenant', type: 'uuid', value: ({ tenant }) => tenant },
  { name: 'epoch', type: 'int4', value: ({ data }) => data.epoch },
  { name: 'at', type: 'timestamptz', value: ({ data }) => data.at },
]);

/** The first horizon that lies behind the keys' epoch; behind any, where there never was a key (promise 47). */
const firstHorizon = (schema: string, keyless: string): string => `
  join lateral (
    select h.reached_at from ${schema}.horizons h
    where h.tenant = e.tenant and (h.epoch >= e.epoch or (e.epoch is null and ${keyless}))
    order by h.epoch limit 1
  ) first on true`;

/**
 * Gives each erasure its date beyond backup: when the KMS key of its epoch was destroyed, or at once where that was before.
 * The same date follows in whatever batches the events come.
 */
const dateErasures = (schema: string, chosen: string): string => `
  update ${schema}.erasures set horizon_at = greatest(first.reached_at, e.erased_at)
  from ${schema}.erasures e ${firstHorizon(schema, 'cardinality(e.keys) = 0')}
  where ${chosen} and e.erased_at is not null and e.horizon_at is null
    and erasures.tenant = e.tenant and erasures.asset = e.asset`;

const dateRequests = (schema: string, chosen: string): string => `
  update ${schema}.requests set horizon_at = greatest(first.reached_at, e.completed_at)
  from ${schema}.requests e ${firstHorizon(schema, 'false')}
  where ${chosen} and e.completed_at is not null and e.horizon_at is null
    and requests.tenant = e.tenant and requests.request = e.request`;

/** What was erased before the KMS key of its epoch was destroyed is beyond backup from then on. */
export async function writeHorizons(
  events: readonly EventNamed<'horizon.reached'>[],
  db: Db,
  schema: string,
): Promise<void> {
  await db.query(
    `insert into ${schema}.horizons (tenant, epoch, reached_at) ${horizons.select}
     on conflict (tenant, epoch) do nothing`,
    horizons.values(events),
  );
  const tenants = [...new Set(events.map(({ tenant }) => tenant))];
  const chosen = 'e.tenant = any($1::uuid[])';
  await db.query(dateErasures(schema, chosen), [tenants]);
  await db.query(dateRequests(schema, chosen), [tenants]);
}

/** An erasure may name an epoch whose horizon is reached already: there is nothing to wait for. */
export async function writeLateErasures(
  erased: readonly ErasureEntry[],
  completed: readonly RequestEntry[],
  db: Db,
  schema: string,
): Promise<void> {
  await db.query(
    dateErasures(schema, '(e.tenant, e.asset) in (select * from unnest($1::uuid[], $2::text[]))'),
    [erased.map(({ tenant }) => tenant), erased.map(({ asset }) => asset)],
  );
  await db.query(
    dateRequests(schema, '(e.tenant, e.request) in (select * from unnest($1::uuid[], $2::uuid[]))'),
    [completed.map(({ tenant }) => tenant), completed.map(({ request }) => request)],
  );
}
