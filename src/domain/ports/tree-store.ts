import type { Buffer } from 'node:buffer';
import type { TreeEdge, TreeGrowth } from '../tlog/grow.ts';

/** A tile of hashes, by its place. */
export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

/** A tile of which the caller needs so many hashes, from the first on. */
export interface WantedTile extends TilePlace {
  readonly width: number;
}

export interface TreeState {
  readonly tenant: string;
  readonly size: number;
  /** Leaves that the newest published checkpoint covers; 0 where there is none. */
  readonly published: number;
}

export interface PublishedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** The signed note, exact bytes, with the cosignatures of the witnesses. */
  readonly note: string;
  readonly at: Date;
}

/** What the notary adds after one batch of the log. */
export interface Extension {
  /** Cursor before and after, as log positions. */
  readonly from: number;
  readonly to: number;
  readonly growths: readonly TreeGrowth[];
}

/**
 * The trees of all tenants. Guarantees:
 * - `extend` stores all of an extension, with the cursor, or nothing; `stored` means durable. Where the cursor does not
 *   stand at `from` it answers `moved` and stores nothing, so that two notaries can't both add the same leaves.
 * - A rejected promise means unknown: the caller reads the cursor again.
 * - Full tiles never change; the last tile of each level only grows.
 * - `publish` makes a checkpoint visible, durably; publishing the same again changes nothing.
 */
export interface TreeStore {
  cursor(): Promise<number>;
  /** The right edges of these tenants' trees; a tenant without a tree is absent. */
  edges(tenants: readonly string[]): Promise<ReadonlyMap<string, TreeEdge>>;
  extend(extension: Extension): Promise<'stored' | 'moved'>;
  /** Undefined where the tenant has no tree yet. */
  state(tenant: string): Promise<TreeState | undefined>;
  /** Of every tenant with leaves that no published checkpoint covers. */
  unpublished(): Promise<TreeState[]>;
  publish(tenant: string, checkpoint: PublishedCheckpoint): Promise<void>;
  newest(tenant: string): Promise<PublishedCheckpoint | undefined>;
  /** The hashes of each tile in the order asked; an absent tile is empty. */
  tiles(tenant: string, places: readonly TilePlace[]): Promise<Buffer[]>;
  /** Log positions of the leaves [from, to), in order. */
  positions(tenant: string, from: number, to: number): Promise<number[]>;
  /** How many leaves stand at or before a log position, and whether the last of them stands exactly there. */
  sizeAt(tenant: string, position: number): Promise<{ readonly size: number; readonly isLeaf: boolean }>;
}
