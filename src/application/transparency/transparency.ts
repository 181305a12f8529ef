import type { Buffer } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';
import { HASH_BYTES } from '../../domain/merkle/hash.ts';
import { consistencyNodes, inclusionNodes, rangeNodes } from '../../domain/merkle/nodes.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { LogKeys } from '../../domain/ports/notary.ts';
import type { PublishedCheckpoint, TreeStore } from '../../domain/ports/tree-store.ts';
import { encodeVerifierKey } from '../../domain/tlog/keys.ts';
import { signNote } from '../../domain/tlog/note.ts';
import { entries, entryBundle, tileNotFound, type Entry } from './entries.ts';
import type { TileSource, TreeReader } from './tree-reader.ts';

const POLL_MS = 50;
const REMEMBERED = 10_000;
/** A quarter of the time between two checkpoints. */
const RECENT_MS = 250;

/** What an outsider can ask of a tenant's log. Sizes and indexes count leaves; positions are the log's. */
export interface Transparency {
  /** The newest published one; undefined before the first. */
  checkpoint(tenant: string): Promise<PublishedCheckpoint | undefined>;
  /** One that covers `size` leaves, where there is one, and was the newest a quarter of a second ago. */
  recent(tenant: string, size: number): Promise<PublishedCheckpoint | undefined>;
  /** Waits until a published checkpoint covers a log position. Throws `checkpoint-behind` after `timeoutMs`. */
  covering(tenant: string, position: number, timeoutMs: number): Promise<PublishedCheckpoint>;
  /** Leaf index of a log position; undefined where that position is not in the tenant's tree. */
  indexOf(tenant: string, position: number): Promise<number | undefined>;
  /** Leaves at or before a log position. */
  sizeAt(tenant: string, position: number): Promise<number>;
  /** Inclusion proof (RFC 6962 §2.1.1). Throws `proof-out-of-range`. */
  inclusion(tenant: string, index: number, size: number): Promise<Buffer[]>;
  /** Consistency proof (RFC 6962 §2.1.2), empty from 0. Throws `proof-out-of-range`. */
  consistency(tenant: string, from: number, to: number): Promise<Buffer[]>;
  /** What stands left and right of the leaves [from, to) in a tree of `size`. Throws `proof-out-of-range`. */
  rangeProof(
    tenant: string,
    from: number,
    to: number,
    size: number,
  ): Promise<{ readonly left: Buffer[]; readonly right: Buffer[] }>;
  /** Leaves [from, to) in order, in batches, read as they are asked for. */
  entries(tenant: string, from: number, to: number): AsyncIterable<readonly Entry[]>;
  /** The first `width` hashes of a tile. Throws `tile-not-found`. */
  tile(tenant: string, level: number, index: number, width: number): Promise<Buffer>;
  /** The first `width` entries of a bundle, each with its length before it. Throws `tile-not-found`. */
  entryBundle(tenant: string, index: number, width: number): Promise<Buffer>;
  /** What an auditor pins (C2SP signed-note, verifier key). */
  verifierKey(tenant: string): string;
  /** Signed note over a text under the tenant's log key. */
  signText(tenant: string, text: string): string;
}

export interface TransparencyDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  readonly trees: TreeStore;
  readonly tiles: TileSource;
  readonly reader: TreeReader;
  readonly keys: LogKeys;
}

export function createTransparency(deps: TransparencyDeps): Transparency {
  const { trees, keys } = deps;
  /** What was published under the name of an abandoned generation is no checkpoint of this log. */
  const checkpoint: Transparency['checkpoint'] = async tenant => {
    const newest = await trees.newest(tenant);
    return newest?.origin === keys.signer(tenant).verifier.name ? newest : undefined;
  };
  return {
    checkpoint,
    recent: remembering(checkpoint),
    covering: (tenant, position, timeoutMs) => covering({ trees, checkpoint }, tenant, position, timeoutMs),
    indexOf: async (tenant, position) => {
      const { size, isLeaf } = await trees.sizeAt(tenant, position);
      return isLeaf ? size - 1 : undefined;
    },
    sizeAt: async (tenant, position) => (await trees.sizeAt(tenant, position)).size,
    ...proofs(deps),
    entries: (tenant, from, to) => entries(deps, tenant, from, to),
    tile: async (tenant, level, index, width) => {
      const [tile] = await deps.tiles.tiles(tenant, [{ level, index, width }]);
      if (tile === undefined || tile.length < width * HASH_BYTES) throw tileNotFound();
      return tile.subarray(0, width * HASH_BYTES);
    },
    entryBundle: (tenant, index, width) => entryBundle(deps, tenant, index, width),
    verifierKey: tenant => encodeVerifierKey(keys.signer(tenant).verifier),
    signText: (tenant, text) => signNote(text, keys.signer(tenant)),
  };
}

function remembering(checkpoint: Transparency['checkpoint']): Transparency['recent'] {
  const remembered = new LRUCache<string, PublishedCheckpoint>({ max: REMEMBERED, ttl: RECENT_MS });
  return async (tenant, size) => {
    const known = remembered.get(tenant);
    if (known !== undefined && known.size >= size) return known;
    const newest = await checkpoint(tenant);
    if (newest !== undefined) remembered.set(tenant, newest);
    return newest;
  };
}

function proofs({
  trees,
  reader,
}: TransparencyDeps): Pick<Transparency, 'inclusion' | 'consistency' | 'rangeProof'> {
  // A tree only grows: what was once within it needs no question again.
  const sizes = new LRUCache<string, number>({ max: REMEMBERED });
  const sizeOf = async (tenant: string, wanted: number): Promise<number> => {
    const known = sizes.get(tenant) ?? 0;
    if (wanted <= known) return known;
    const size = (await trees.state(tenant))?.size ?? 0;
    sizes.set(tenant, size);
    return size;
  };
  const within = async (tenant: string, ...ordered: readonly number[]): Promise<void> => {
    const size = await sizeOf(tenant, ordered.at(-1) ?? 0);
    const isOrdered = ordered.every(
      (value, at) => Number.isSafeInteger(value) && value >= (ordered[at - 1] ?? 0),
    );
    if (!isOrdered || (ordered.at(-1) ?? 0) > size)
      throw new LetheError('proof-out-of-range', `the tree has ${size} leaves: ask for what lies within`);
  };
  return {
    inclusion: async (tenant, index, size) => {
      await within(tenant, index, index + 1, size);
      return reader.groups(tenant, inclusionNodes(index, size));
    },
    consistency: async (tenant, from, to) => {
      await within(tenant, from, to);
      return reader.groups(tenant, consistencyNodes(from, to));
    },
    rangeProof: async (tenant, from, to, size) => {
      await within(tenant, from, to, size);
      const { left, right } = rangeNodes(from, to, size);
      const hashes = await reader.nodes(tenant, [...left, ...right]);
      return { left: hashes.slice(0, left.length), right: hashes.slice(left.length) };
    },
  };
}

async function covering(
  { trees, checkpoint }: { readonly trees: TreeStore } & Pick<Transparency, 'checkpoint'>,
  tenant: string,
  position: number,
  timeoutMs: number,
): Promise<PublishedCheckpoint> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if ((await trees.cursor()) >= position) {
      const { size } = await trees.sizeAt(tenant, position);
      const newest = await checkpoint(tenant);
      if (newest !== undefined && newest.size >= size) return newest;
    }
    if (performance.now() >= deadline)
      throw new LetheError('checkpoint-behind', `no published checkpoint covers position ${position} yet`);
    await delay(POLL_MS);
  }
}
