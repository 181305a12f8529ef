import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Frontier } from '../../../src/domain/merkle/frontier.ts';
import { foldRoots, HASH_BYTES, leafHash } from '../../../src/domain/merkle/hash.ts';
import {
  consistencyNodes,
  inclusionNodes,
  leavesBelow,
  type NodeGroup,
} from '../../../src/domain/merkle/nodes.ts';
import { verifyConsistency, verifyInclusion } from '../../../src/domain/merkle/verify.ts';
import { openCheckpoint } from '../../../src/domain/tlog/checkpoint.ts';
import { parseVerifierKey } from '../../../src/domain/tlog/keys.ts';
import { decodeBundle, encodeBundle, tilePath } from '../../../src/domain/tlog/tiles.ts';
import { vectorFolder } from '../../support/vectors.ts';

const KEY = parseVerifierKey(
  'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
);
const SIZE = 15;
const folder = vectorFolder('tlog-tiles') ?? '';
const sizes = Array.from({ length: SIZE }, (_, n) => n + 1);

const read = (...path: readonly string[]): Buffer => readFileSync(join(folder, ...path));
const checkpoint = (size: number) => openCheckpoint(read(`checkpoint.${size}`), KEY);
const tile = (level: number | 'entries', width: number): Buffer =>
  read('tile', ...tilePath({ level, index: 0, width }).split('/'));
const hashesIn = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, n) =>
    bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  );

function proofIn(leaves: readonly Buffer[], groups: readonly NodeGroup[]): Buffer[] {
  const subtree = (from: number, to: number): Buffer => {
    const frontier = new Frontier();
    for (const leaf of leaves.slice(from, to)) frontier.append(leaf);
    return frontier.root();
  };
  return groups.map(group =>
    foldRoots(
      group.map(({ level, index }) => subtree(index * leavesBelow(level), (index + 1) * leavesBelow(level))),
    ),
  );
}

describe.skipIf(folder === '')('a published log in the C2SP tlog-tiles layout', () => {
  test('starts with the empty tree', () => {
    expect(checkpoint(0).size).toBe(0);
    expect(checkpoint(0).root).toEqual(new Frontier().root());
  });

  test.each(sizes)('at size %i: entries, tile and signed root agree', size => {
    const entries = decodeBundle(tile('entries', size));
    const leaves = hashesIn(tile(0, size));
    expect(entries.map(leafHash)).toEqual(leaves);
    expect(encodeBundle(entries)).toEqual(tile('entries', size));
    const frontier = new Frontier();
    for (const leaf of leaves) frontier.append(leaf);
    expect({ size: frontier.size, root: frontier.root() }).toEqual({
      size: checkpoint(size).size,
      root: checkpoint(size).root,
    });
  });

  test('every entry is proven in every tree, and every tree in every later one', () => {
    const leaves = hashesIn(tile(0, SIZE));
    for (const size of sizes) {
      const to = checkpoint(size);
      leaves.slice(0, size).forEach((leaf, index) => {
        verifyInclusion({ leaf, index, ...to, proof: proofIn(leaves, inclusionNodes(index, size)) });
      });
      for (let older = 1; older <= size; older++) {
        const proof = proofIn(leaves, consistencyNodes(older, size));
        verifyConsistency({ from: checkpoint(older), to, proof });
      }
    }
  });

  test('the newest checkpoint is the last of the numbered ones', () => {
    expect(openCheckpoint(read('checkpoint'), KEY)).toEqual(checkpoint(SIZE));
  });
});
