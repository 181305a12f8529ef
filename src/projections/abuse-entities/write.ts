import type { Entity } from '../../domain/entities/entity.ts';
import { bulkRows } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';
import { storedToken } from './token.ts';

/** Which entities an account was seen with, when it made an asset. */
export interface Sighting {
  readonly tenant: string;
  readonly asset: string;
  readonly subject: string;
  /** ISO 8601. */
  readonly seenAt: string;
  readonly entities: readonly Entity[];
}

interface SightingRow extends Omit<Sighting, 'entities'> {
  readonly kind: string;
  readonly token: string;
}

const columns = bulkRows<SightingRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'token', type: 'uuid', value: row => row.token },
  { name: 'subject', type: 'uuid', value: row => row.subject },
  { name: 'seen_at', type: 'timestamptz', value: row => row.seenAt },
  { name: 'kind', type: 'text', value: row => row.kind },
]);

/** Adds sightings; the first of an asset with an entity stands. A link counts the assets that it rests on. */
export async function writeSightings(sightings: readonly Sighting[], db: Db, schema: string): Promise<void> {
  const rows = rowsOf(sightings);
  if (rows.length === 0) return;
  await db.query(
    `with input as (${columns.select}), added as (
       insert into ${schema}.sightings (tenant, asset, token, subject, seen_at)
       select tenant, asset, token, subject, seen_at from input
       on conflict do nothing returning tenant, asset, token)
     insert into ${schema}.links as old (tenant, token, subject, kind, assets)
     select tenant, token, subject, kind, count(*) from added join input using (tenant, asset, token)
     group by tenant, token, subject, kind
     on conflict (tenant, token, subject) do update set assets = old.assets + excluded.assets`,
    columns.values(rows),
  );
}

function rowsOf(sightings: readonly Sighting[]): SightingRow[] {
  const rows = new Map<string, SightingRow>();
  for (const { entities, ...about } of sightings) {
    for (const { kind, token } of entities) {
      const key = `${about.tenant} ${about.asset} ${token}`;
      if (!rows.has(key)) rows.set(key, { ...about, kind, token: storedToken(token) });
    }
  }
  return [...rows.values()];
}

export interface ErasedAsset {
  readonly tenant: string;
  readonly asset: string;
}

/** Tokens leave with the asset: a link that rests on no other goes too (contract of the look-up tokens, design §5). */
export async function removeAssets(assets: readonly ErasedAsset[], db: Db, schema: string): Promise<void> {
  if (assets.length === 0) return;
  await db.query(
    `with gone as (
       delete from ${schema}.sightings s using unnest($1::uuid[], $2::text[]) as e (tenant, asset)
       where s.tenant = e.tenant and s.asset = e.asset returning s.tenant, s.token, s.subject),
     lost as (select tenant, token, subject, count(*) as assets from gone group by 1, 2, 3),
     ended as (
       delete from ${schema}.links l using lost
       where l.tenant = lost.tenant and l.token = lost.token and l.subject = lost.subject
         and l.assets <= lost.assets)
     update ${schema}.links l set assets = l.assets - lost.assets from lost
     where l.tenant = lost.tenant and l.token = lost.token and l.subject = lost.subject
       and l.assets > lost.assets`,
    [assets.map(({ tenant }) => tenant), assets.map(({ asset }) => asset)],
  );
}

export interface ErasedSubject {
  readonly tenant: string;
  readonly subject: string;
}

/** What is left of accounts that are erased. */
export async function removeSubjects(
  subjects: readonly ErasedSubject[],
  db: Db,
  schema: string,
): Promise<void> {
  if (subjects.length === 0) return;
  await db.query(
    `with gone as (
       delete from ${schema}.links l using unnest($1::uuid[], $2::uuid[]) as e (tenant, subject)
       where l.tenant = e.tenant and l.subject = e.subject returning l.tenant, l.token, l.subject)
     delete from ${schema}.sightings s using gone g
     where s.tenant = g.tenant and s.token = g.token and s.subject = g.subject`,
    [subjects.map(({ tenant }) => tenant), subjects.map(({ subject }) => subject)],
  );
}

export async function removeTenants(tenants: readonly string[], db: Db, schema: string): Promise<void> {
  if (tenants.length === 0) return;
  for (const table of ['sightings', 'links', 'waiting']) {
    await db.query(`delete from ${schema}.${table} where tenant = any($1::uuid[])`, [tenants]);
  }
}
