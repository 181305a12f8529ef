import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frontier, rootOfRange } from '../../../src/domain/merkle/frontier.ts';
import { foldRoots, leafHash } from '../../../src/domain/merkle/hash.ts';
import {
  consistencyNodes,
  inclusionNodes,
  leavesBelow,
  rangeNodes,
  type Node,
} from '../../../src/domain/merkle/nodes.ts';
import { verifyConsistency, verifyInclusion } from '../../../src/domain/merkle/verify.ts';
import { codeOf, rejectionCode } from '../../support/code-of.ts';
import { pathOf, proofOf, rootOf } from './slow-reference.ts';

const MAX = 70;
const entries = Array.from({ length: MAX }, (_, n) => Buffer.from(`entry ${n}`));
const roots = Array.from({ length: MAX + 1 }, (_, size) => rootOf(entries.slice(0, size)));
const root = (size: number): Buffer => roots[size] ?? Buffer.alloc(0);

const hashOf = ({ level, index }: Node): Buffer =>
  rootOf(entries.slice(index * leavesBelow(level), (index + 1) * leavesBelow(level)));
const proofFrom = (groups: readonly (readonly Node[])[]): Buffer[] =>
  groups.map(group => foldRoots(group.map(hashOf)));

const tree = fc
  .tuple(fc.nat(MAX), fc.nat(MAX), fc.nat(MAX))
  .map(numbers => numbers.toSorted((a, b) => a - b) as [number, number, number]);

test('the frontier has the root of every size', () => {
  const frontier = new Frontier();
  expect(frontier.root()).toEqual(root(0));
  entries.forEach((entry, n) => {
    frontier.append(leafHash(entry));
    expect(frontier.root()).toEqual(root(n + 1));
    expect(new Frontier(n + 1, frontier.roots).root()).toEqual(root(n + 1));
  });
});

test('inclusion proofs are those of RFC 6962, and hold for their leaf, index and size alone', () => {
  for (let size = 1; size <= MAX; size++) {
    for (let index = 0; index < size; index++) {
      const proof = proofFrom(inclusionNodes(index, size));
      const leaf = leafHash(entries[index] ?? Buffer.alloc(0));
      if (index % 7 === 0) expect(proof).toEqual(pathOf(index, entries.slice(0, size)));
      verifyInclusion({ leaf, index, size, proof, root: root(size) });
      const elsewhere = { leaf, index: (index + 1) % (size + 1), size, proof, root: root(size) };
      expect(codeOf(() => verifyInclusion(elsewhere))).toBe('inclusion-proof-invalid');
    }
  }
});

test('consistency proofs are those of RFC 6962, and hold for their two trees alone', () => {
  fc.assert(
    fc.property(tree, ([, older, newer]) => {
      const proof = proofFrom(consistencyNodes(older, newer));
      const claim = {
        from: { size: older, root: root(older) },
        to: { size: newer, root: root(newer) },
        proof,
      };
      if (older === 0) {
        expect(codeOf(() => verifyConsistency(claim))).toBe('consistency-proof-invalid');
        return;
      }
      expect(proof).toEqual(proofOf(older, entries.slice(0, newer)));
      verifyConsistency(claim);
      const forked = { ...claim, from: { size: older, root: root(older - 1) } };
      expect(codeOf(() => verifyConsistency(forked))).toBe('consistency-proof-invalid');
    }),
  );
});

test('a range proof leads to the root; with a leaf dropped, added, swapped or changed it does not', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.nat(), async ([from, to, size], at) => {
      const { left, right } = rangeNodes(from, to, size);
      const range = { from, to, size, left: left.map(hashOf), right: right.map(hashOf) };
      const leaves = entries.slice(from, to).map(leafHash);
      expect(await rootOfRange(range, leaves)).toEqual(root(size));
      const [first, ...rest] = leaves;
      if (first === undefined) return;
      expect(await rejectionCode(rootOfRange(range, rest))).toBe('range-proof-invalid');
      expect(await rejectionCode(rootOfRange(range, [...leaves, first]))).toBe('range-proof-invalid');
      const changed = leaves.with(at % leaves.length, leafHash(Buffer.from('forged')));
      expect(await rootOfRange(range, changed)).not.toEqual(root(size));
      const swapped = [...rest, first];
      if (rest.length > 0) expect(await rootOfRange(range, swapped)).not.toEqual(root(size));
    }),
  );
});

test('a range proof with a hash too few, too many or too short is refused', async () => {
  const { left, right } = rangeNodes(3, 5, 11);
  const range = { from: 3, to: 5, size: 11, left: left.map(hashOf), right: right.map(hashOf) };
  const leaves = entries.slice(3, 5).map(leafHash);
  for (const bad of [
    { ...range, left: range.left.slice(1) },
    { ...range, right: [...range.right, root(1)] },
    { ...range, left: range.left.map(hash => hash.subarray(1)) },
    { ...range, from: 5, to: 3 },
    { ...range, size: 4 },
  ]) {
    expect(await rejectionCode(rootOfRange(bad, leaves))).toBe('range-proof-invalid');
  }
});
