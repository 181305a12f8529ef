import { Buffer } from 'node:buffer';
import type { Pool } from 'pg';
import type { PublishedCheckpoint, TreeState, TreeStore } from '../../domain/ports/tree-store.ts';
import type { TreeEdge } from '../../domain/tlog/grow.ts';
import { decodePositions, POSITION_BYTES } from '../../domain/tlog/leaf-positions.ts';
import { TILE_WIDTH } from '../../domain/tlog/tiles.ts';
import { EDGES, EXTEND, extendParameters, PUBLISH, SIZE_AT, TILES } from './tree-statements.ts';

interface EdgeRow {
  readonly tenant: string;
  readonly size: number;
  readonly level: number | null;
  readonly hashes: Buffer | null;
  readonly positions: Buffer | null;
}

/** The trees in PostgreSQL, schema `tlog`: a row a tile. `writer` comes from `createPool`, role `lethe_writer`. */
export const createPostgresTreeStore = ({ writer }: { readonly writer: Pool }): TreeStore => ({
  cursor: async () => {
    const { rows } = await writer.query<{ position: number }>('select position from tlog.cursor');
    if (rows[0] === undefined) throw new Error('the notary has no cursor');
    return rows[0].position;
  },
  edges: async tenants => {
    const { rows } = await writer.query<EdgeRow>(EDGES, [tenants, TILE_WIDTH]);
    return edgesOf(rows);
  },
  extend: async extension => {
    const { rows } = await writer.query<{ moved: number }>(EXTEND, extendParameters(extension));
    return rows[0]?.moved === 1 ? 'stored' : 'moved';
  },
  state: async tenant => {
    const sql = 'select tenant, size, published from tlog.trees where tenant = $1';
    return (await writer.query<TreeState>(sql, [tenant])).rows[0];
  },
  unpublished: async () => {
    const sql = 'select tenant, size, published from tlog.trees where size > published order by tenant';
    return (await writer.query<TreeState>(sql)).rows;
  },
  publish: async (tenant, { size, root, note, at }) => {
    await writer.query(PUBLISH, [tenant, size, root, note, at]);
  },
  newest: tenant => newest(writer, tenant),
  tiles: async (tenant, places) => {
    const levels = places.map(({ level }) => level);
    const indexes = places.map(({ index }) => index);
    const { rows } = await writer.query<{ hashes: Buffer }>(TILES, [tenant, levels, indexes]);
    return rows.map(({ hashes }) => hashes);
  },
  positions: (tenant, from, to) => positions(writer, tenant, from, to),
  sizeAt: async (tenant, position) => {
    const { rows } = await writer.query<{ index: number; positions: Buffer }>(SIZE_AT, [tenant, position]);
    if (rows[0] === undefined) return { size: 0, isLeaf: false };
    const before = decodePositions(rows[0].positions).filter(at => at <= position);
    return { size: rows[0].index * TILE_WIDTH + before.length, isLeaf: before.at(-1) === position };
  },
});

function edgesOf(rows: readonly EdgeRow[]): ReadonlyMap<string, TreeEdge> {
  const edges = new Map<string, TreeEdge & { readonly tiles: Buffer[] }>();
  for (const { tenant, size, level, hashes, positions } of rows) {
    const edge = edges.get(tenant) ?? { size, tiles: [], positions: positions ?? Buffer.alloc(0) };
    edges.set(tenant, edge);
    if (level !== null && hashes !== null) {
      while (edge.tiles.length < level) edge.tiles.push(Buffer.alloc(0));
      edge.tiles[level] = hashes;
    }
  }
  return edges;
}

async function newest(writer: Pool, tenant: string): Promise<PublishedCheckpoint | undefined> {
  const sql = `select size, root, note, published_at as at from tlog.checkpoints
    where tenant = $1 order by size desc limit 1`;
  const { rows } = await writer.query<Omit<PublishedCheckpoint, 'origin'>>(sql, [tenant]);
  // The first line of a checkpoint (C2SP tlog-checkpoint); it was whole when it was signed.
  return rows[0] && { ...rows[0], origin: rows[0].note.slice(0, rows[0].note.indexOf('\n')) };
}

async function positions(writer: Pool, tenant: string, from: number, to: number): Promise<number[]> {
  const first = Math.floor(from / TILE_WIDTH);
  const { rows } = await writer.query<{ positions: Buffer }>(
    `select positions from tlog.leaf_positions
     where tenant = $1 and index between $2 and $3 order by index`,
    [tenant, first, Math.ceil(to / TILE_WIDTH) - 1],
  );
  const bytes = Buffer.concat(rows.map(row => row.positions));
  const start = from - first * TILE_WIDTH;
  return decodePositions(bytes.subarray(start * POSITION_BYTES, (start + to - from) * POSITION_BYTES));
}
