import type { Extension } from '../../domain/ports/tree-store.ts';
import { byteaArray, int4Array, uuidArray } from './binary-arrays.ts';

/** Each tree with its unfinished tiles: at level l the tile of index size div width^(l+1), if size leaves it unfinished. */
export const EDGES = `
  select trees.tenant, trees.size, tiles.level, tiles.hashes, leaf_positions.positions
  from tlog.trees
  cross join generate_series(0, 6) wanted(level)
  left join tlog.tiles on tiles.tenant = trees.tenant and tiles.level = wanted.level
    and tiles.index = trees.size / ($2::numeric ^ (wanted.level + 1))::bigint
    and octet_length(tiles.hashes) < 8192
  left join tlog.leaf_positions on wanted.level = 0 and leaf_positions.tenant = trees.tenant
    and leaf_positions.index = trees.size / $2::bigint
  where trees.tenant = any($1::uuid[])
  order by trees.tenant, wanted.level`;

/** One statement, so one transaction: the cursor moves, or nothing is stored. */
export const EXTEND = `
  with moved as (
    update tlog.cursor set position = $2 where position = $1 returning true
  ), tiles as (
    insert into tlog.tiles (tenant, level, index, hashes)
    select added.* from moved, unnest($3::uuid[], $4::integer[], $5::bigint[], $6::bytea[]) added(tenant, level, index, hashes)
    on conflict (tenant, level, index) do update set hashes = excluded.hashes
  ), leaves as (
    insert into tlog.leaf_positions (tenant, index, first, positions)
    select added.* from moved, unnest($7::uuid[], $8::bigint[], $9::bigint[], $10::bytea[]) added(tenant, index, first, positions)
    on conflict (tenant, index) do update set positions = excluded.positions
  ), trees as (
    insert into tlog.trees (tenant, size)
    select added.* from moved, unnest($11::uuid[], $12::bigint[]) added(tenant, size)
    on conflict (tenant) do update set size = excluded.size
  )
  select count(*) as moved from moved`;

const numbers = (values: readonly number[]): string => `{${values.join(',')}}`;

export function extendParameters({ from, to, growths }: Extension): unknown[] {
  const tiles = growths.flatMap(growth => growth.tiles.map(tile => ({ ...tile, tenant: growth.tenant })));
  const leaves = growths.flatMap(growth =>
    growth.positions.map(piece => ({ ...piece, tenant: growth.tenant })),
  );
  return [
    ...[from, to],
    uuidArray(tiles.map(({ tenant }) => tenant)),
    int4Array(tiles.map(({ level }) => level)),
    numbers(tiles.map(({ index }) => index)),
    byteaArray(tiles.map(({ hashes }) => hashes)),
    uuidArray(leaves.map(({ tenant }) => tenant)),
    numbers(leaves.map(({ index }) => index)),
    numbers(leaves.map(({ positions }) => Number(positions.readBigUInt64BE()))),
    byteaArray(leaves.map(({ positions }) => positions)),
    uuidArray(growths.map(({ tenant }) => tenant)),
    numbers(growths.map(({ size }) => size)),
  ];
}

/** A tree's mark only moves forward. */
export const PUBLISH = `
  with published as (
    insert into tlog.checkpoints (tenant, size, root, note, published_at) values ($1, $2, $3, $4, $5)
    on conflict (tenant, size) do nothing
  )
  update tlog.trees set published = greatest(published, $2) where tenant = $1`;

export const TILES = `
  select coalesce(tiles.hashes, '') as hashes
  from unnest($2::integer[], $3::bigint[]) with ordinality asked(level, index, place)
  left join tlog.tiles on tiles.tenant = $1 and tiles.level = asked.level and tiles.index = asked.index
  order by asked.place`;

export const SIZE_AT = `
  select index, positions from tlog.leaf_positions
  where tenant = $1 and first <= $2 order by first desc limit 1`;
