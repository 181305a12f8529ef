/** A perfect subtree: `level` 0 is a leaf, `index` counts the subtrees of that level from the left. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** The perfect subtrees, largest first, that fold from the right to one hash of a proof. */
export type NodeGroup = readonly Node[];

/** Leaves below a node of that level. */
export const leavesBelow = (level: number): number => 2 ** level;

/** The fewest perfect subtrees that hold exactly the leaves [from, to), left to right. */
export function coveringNodes(from: number, to: number): Node[] {
  const nodes: Node[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    while (at % leavesBelow(level + 1) === 0 && at + leavesBelow(level + 1) <= to) level++;
    nodes.push({ level, index: at / leavesBelow(level) });
    at += leavesBelow(level);
  }
  return nodes;
}

/** Largest power of two below n, for n > 1: where RFC 6962 §2.1 splits a tree. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** One group a hash of the inclusion proof of a leaf in a tree of `size`: PATH of RFC 6962 §2.1.1. */
export function inclusionNodes(index: number, size: number): NodeGroup[] {
  const groups: NodeGroup[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      groups.push(coveringNodes(middle, to));
      to = middle;
    } else {
      groups.push(coveringNodes(from, middle));
      from = middle;
    }
  }
  return groups.reverse();
}

/** One group a hash of the consistency proof from `older` to `newer` leaves: PROOF of RFC 6962 §2.1.2. */
export function consistencyNodes(older: number, newer: number): NodeGroup[] {
  if (older === 0 || older === newer) return [];
  const groups: NodeGroup[] = [];
  let from = 0;
  let to = newer;
  while (older !== to) {
    const middle = from + split(to - from);
    if (older <= middle) {
      groups.push(coveringNodes(middle, to));
      to = middle;
    } else {
      groups.push(coveringNodes(from, middle));
      from = middle;
    }
  }
  // Of a tree that still starts at the first leaf, the verifier has the root already.
  if (from > 0) groups.push(coveringNodes(from, to));
  return groups.reverse();
}

/** The subtrees to the left and right of the leaves [from, to): with them and those leaves, the root of `size` follows. */
export const rangeNodes = (
  from: number,
  to: number,
  size: number,
): { readonly left: Node[]; readonly right: Node[] } => ({
  left: coveringNodes(0, from),
  right: coveringNodes(to, size),
});
