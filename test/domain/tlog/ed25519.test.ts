import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isSignedBy, verifierKey } from '../../../src/domain/tlog/keys.ts';
import { vectorFolder } from '../../support/vectors.ts';

const folder = vectorFolder('wycheproof');
const hex = z.string().transform(text => Buffer.from(text, 'hex'));
const vector = z.object({ tcId: z.int(), msg: hex, sig: hex, result: z.enum(['valid', 'invalid']) });
const group = z.object({ publicKey: z.object({ pk: hex }), tests: z.array(vector) });
const file = z.object({ numberOfTests: z.int(), testGroups: z.array(group) });

describe.skipIf(folder === undefined)('Wycheproof, Ed25519', () => {
  test('every signature is judged as the vectors say', () => {
    const text = readFileSync(join(folder ?? '', 'ed25519_test.json'), 'utf8');
    const { numberOfTests, testGroups } = file.parse(JSON.parse(text));
    let judged = 0;
    for (const { publicKey, tests } of testGroups) {
      const key = verifierKey('wycheproof', 'ed25519', publicKey.pk);
      for (const { tcId, msg, sig, result } of tests) {
        expect(isSignedBy(key, msg, sig), `test ${tcId}`).toBe(result === 'valid');
        judged++;
      }
    }
    expect(judged).toBe(numberOfTests);
  });
});
