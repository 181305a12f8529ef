import { Buffer } from 'node:buffer';
import { Frontier } from '../../domain/merkle/frontier.ts';
import { HASH_BYTES } from '../../domain/merkle/hash.ts';
import type { TreeHead } from '../../domain/merkle/verify.ts';
import type { StoredEvent } from '../../domain/ports/event-log.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { TILE_WIDTH } from '../../domain/tlog/tiles.ts';
import { Findings, type Leaf, type LiveFault } from './live-findings.ts';
import { rowFaults } from './row-faults.ts';

export type LiveTrees = Pick<TreeStore, 'cursor' | 'sizeAt' | 'tiles' | 'positions'>;

/** The newest checkpoint of a tenant that is kept outside the database. */
export type SignedHead =
  | { readonly status: 'none' }
  | ({ readonly status: 'signed' } & TreeHead)
  | { readonly status: 'invalid'; readonly reason: string };

export interface LiveCheck {
  readonly tenant: string;
  /** Events of the tenant that were read and found in its tree. */
  readonly checked: number;
  /** Events not yet in the tree: nothing can be said of them. */
  readonly unproven: number;
  /** In the order of the log, at most 10,000. */
  readonly faults: readonly LiveFault[];
  readonly faultCount: number;
}

/** A tenant's tree while its rows go by, in the order of the log. */
export interface LiveTree {
  take(event: StoredEvent): Promise<void>;
  close(): Promise<LiveCheck>;
}

/** `cursor`: how far the trees had followed the log; what came later is not judged. */
export async function openLiveTree(
  trees: LiveTrees,
  { tenant, cursor, head }: { readonly tenant: string; readonly cursor: number; readonly head: SignedHead },
): Promise<LiveTree> {
  const findings = new Findings();
  const faultOf = rowFaults();
  const frontier = new Frontier();
  const leaves = leavesOf(trees, tenant, (await trees.sizeAt(tenant, cursor)).size);
  const next = async (): Promise<Leaf | undefined> => {
    const { value, done } = await leaves.next();
    if (done === true) return undefined;
    if (head.status === 'signed' && frontier.size < head.size) frontier.append(value.hash);
    return value;
  };
  let [checked, unproven] = [0, 0];
  let expected = await next();
  const missUpTo = async (position: number): Promise<void> => {
    for (; expected !== undefined && expected.position < position; expected = await next())
      findings.missing(expected);
  };
  return {
    take: async event => {
      await missUpTo(event.position);
      if (event.position > cursor) unproven++;
      else if (expected?.position === event.position) {
        findings.compare(expected, event, faultOf);
        expected = await next();
        checked++;
      } else findings.unexpected(event);
    },
    close: async () => {
      await missUpTo(Infinity);
      const message = contradiction(head, frontier);
      if (message !== undefined) findings.add({ kind: 'tree', message });
      return { tenant, checked, unproven, ...findings.told() };
    },
  };
}

function contradiction(head: SignedHead, frontier: Frontier): string | undefined {
  if (head.status === 'none') return undefined;
  if (head.status === 'invalid')
    return `the checkpoint kept outside the database proves nothing: ${head.reason}`;
  const isSame = frontier.size === head.size && frontier.root().equals(head.root);
  return isSame ? undefined : `the tree contradicts the signed checkpoint of ${head.size} events`;
}

/** The first leaves of a tree, tile by tile. */
async function* leavesOf(trees: LiveTrees, tenant: string, size: number): AsyncGenerator<Leaf, undefined> {
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const to = Math.min(size, from + TILE_WIDTH);
    const [hashes] = await trees.tiles(tenant, [{ level: 0, index: from / TILE_WIDTH }]);
    const positions = await trees.positions(tenant, from, to);
    for (const [at, position] of positions.entries()) {
      const hash = (hashes ?? Buffer.alloc(0)).subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
      yield { position, hash };
    }
  }
  return undefined;
}
