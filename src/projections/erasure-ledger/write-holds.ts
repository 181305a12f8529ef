import { bulkRows, type Column } from '../runner/bulk.ts';
import type { Db, EventNamed } from '../runner/view.ts';

type Requested = EventNamed<'hold.requested'>;
type Placed = EventNamed<'hold.placed'>;
type Released = EventNamed<'hold.released'>;

const terms: readonly Column<Requested | Placed>[] = [
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'hold', type: 'uuid', value: event => event.data.hold },
  { name: 'kind', type: 'text', value: event => event.data.kind },
  { name: 'authority', type: 'text', value: event => event.data.authority },
  { name: 'ground', type: 'text', value: event => event.data.ground },
  {
    name: 'subject',
    type: 'uuid',
    value: ({ data }) => ('subject' in data.scope ? data.scope.subject : null),
  },
  { name: 'case_id', type: 'uuid', value: ({ data }) => ('assets' in data.scope ? data.scope.case : null) },
  { name: 'requested_by', type: 'text', value: event => event.data.requestedBy },
  { name: 'position', type: 'int8', value: event => event.position },
];

const requests = bulkRows<Requested>([
  ...terms,
  { name: 'requested_at', type: 'timestamptz', value: event => event.time },
  { name: 'expires_at', type: 'timestamptz', value: event => event.data.preservesUntil },
]);

const holds = bulkRows<Placed>([
  ...terms,
  { name: 'placed_at', type: 'timestamptz', value: event => event.time },
  { name: 'expires_at', type: 'timestamptz', value: event => event.data.expiresAt },
]);

const holdAssets = bulkRows<{ readonly tenant: string; readonly asset: string; readonly hold: string }>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'hold', type: 'uuid', value: row => row.hold },
]);

/** A request preserves what it names from its own event on. */
export async function writeRequested(events: readonly Requested[], db: Db, schema: string): Promise<void> {
  await db.query(
    `insert into ${schema}.holds (${requests.names}) ${requests.select} on conflict do nothing`,
    requests.values(events),
  );
  await writeAssets(events, db, schema);
}

/** In the same row as its request: from here on it ends when it was ordered to. */
export async function writePlaced(events: readonly Placed[], db: Db, schema: string): Promise<void> {
  await db.query(
    `insert into ${schema}.holds as old (${holds.names}) ${holds.select}
     on conflict (tenant, hold) do update set placed_at = excluded.placed_at, expires_at = excluded.expires_at
     where old.placed_at is null`,
    holds.values(events),
  );
  await writeAssets(events, db, schema);
}

async function writeAssets(events: readonly (Requested | Placed)[], db: Db, schema: string): Promise<void> {
  const assets = events.flatMap(({ tenant, data }) =>
    'assets' in data.scope ? data.scope.assets.map(asset => ({ tenant, asset, hold: data.hold })) : [],
  );
  if (assets.length === 0) return;
  await db.query(
    `insert into ${schema}.hold_assets (${holdAssets.names}) ${holdAssets.select} on conflict do nothing`,
    holdAssets.values(assets),
  );
}

const releases = bulkRows<Released>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'hold', type: 'uuid', value: event => event.data.hold },
  { name: 'released_at', type: 'timestamptz', value: event => event.time },
  { name: 'release_cause', type: 'text', value: event => event.data.cause },
]);

/** Holds and releases share a stream, so a release always finds its hold. */
export const writeReleased = (events: readonly Released[], db: Db, schema: string): Promise<unknown> =>
  db.query(
    `update ${schema}.holds h
     set released_at = coalesce(h.released_at, r.released_at), release_cause = coalesce(h.release_cause, r.release_cause)
     from (${releases.select}) r where h.tenant = r.tenant and h.hold = r.hold`,
    releases.values(events),
  );
