import type { Buffer } from 'node:buffer';
import { foldRoots } from '../../domain/merkle/hash.ts';
import { coveringNodes, type Node, type NodeGroup } from '../../domain/merkle/nodes.ts';
import type { TilePlace, WantedTile } from '../../domain/ports/tree-store.ts';
import { hashAt, placeOf } from '../../domain/tlog/tile-nodes.ts';

/** Reads hashes of stored trees. */
export interface TreeReader {
  /** In the order asked. Throws `tile-missing` where the tree does not reach. */
  nodes(tenant: string, nodes: readonly Node[]): Promise<Buffer[]>;
  /** One hash a group: its nodes folded from the right. */
  groups(tenant: string, groups: readonly NodeGroup[]): Promise<Buffer[]>;
  /** Root of the first `size` leaves. */
  root(tenant: string, size: number): Promise<Buffer>;
}

/** Where tiles come from: at least the hashes wanted of each, where the tree reaches so far. */
export interface TileSource {
  tiles(tenant: string, wanted: readonly WantedTile[]): Promise<Buffer[]>;
}

const nameOf = ({ level, index }: TilePlace): string => `${level}/${index}`;

export function createTreeReader(trees: TileSource): TreeReader {
  const nodes: TreeReader['nodes'] = async (tenant, wanted) => {
    const places = wanted.map(placeOf);
    const needed = new Map<string, WantedTile>();
    for (const place of places) {
      const { level, index, from, count } = place;
      const width = Math.max(needed.get(nameOf(place))?.width ?? 0, from + count);
      needed.set(nameOf(place), { level, index, width });
    }
    const read = await trees.tiles(tenant, [...needed.values()]);
    const tiles = new Map([...needed.keys()].map((name, at) => [name, read[at]]));
    return places.map(place => hashAt(place, tiles.get(nameOf(place))));
  };
  const groups: TreeReader['groups'] = async (tenant, wanted) => {
    const hashes = await nodes(tenant, wanted.flat());
    let at = 0;
    return wanted.map(({ length }) => foldRoots(hashes.slice(at, (at += length))));
  };
  return {
    nodes,
    groups,
    root: async (tenant, size) => foldRoots(await nodes(tenant, coveringNodes(0, size))),
  };
}
