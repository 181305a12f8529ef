import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { verifyConsistency, verifyInclusion } from '../../../src/domain/merkle/verify.ts';
import { codeOf } from '../../support/code-of.ts';
import { jsonFiles, vectorFolder } from '../../support/vectors.ts';

const bytes = z.string().transform(text => Buffer.from(text, 'base64'));
const proof = z
  .array(bytes)
  .nullish()
  .transform(hashes => hashes ?? []);
const inclusion = z.object({
  leafIdx: z.number(),
  treeSize: z.number(),
  root: bytes,
  leafHash: bytes,
  proof,
  wantErr: z.boolean(),
});
const consistency = z.object({
  size1: z.number(),
  size2: z.number(),
  root1: bytes,
  root2: bytes,
  proof,
  wantErr: z.boolean(),
});

const folder = vectorFolder('merkle');
const inclusionFiles = folder === undefined ? [] : jsonFiles(join(folder, 'inclusion'));
const consistencyFiles = folder === undefined ? [] : jsonFiles(join(folder, 'consistency'));

describe.skipIf(folder === undefined)('RFC 6962 proof vectors', () => {
  test('are all there', () => {
    expect(inclusionFiles.length).toBeGreaterThan(90);
    expect(consistencyFiles.length).toBeGreaterThan(90);
  });

  test.each(inclusionFiles)('inclusion: $name', ({ text }) => {
    const vector = inclusion.parse(JSON.parse(text));
    const { leafIdx: index, treeSize: size, leafHash: leaf, root } = vector;
    const code = codeOf(() => verifyInclusion({ leaf, index, size, root, proof: vector.proof }));
    expect(code).toBe(vector.wantErr ? 'inclusion-proof-invalid' : undefined);
  });

  test.each(consistencyFiles)('consistency: $name', ({ text }) => {
    const vector = consistency.parse(JSON.parse(text));
    const from = { size: vector.size1, root: vector.root1 };
    const to = { size: vector.size2, root: vector.root2 };
    const code = codeOf(() => verifyConsistency({ from, to, proof: vector.proof }));
    expect(code).toBe(vector.wantErr ? 'consistency-proof-invalid' : undefined);
  });
});
