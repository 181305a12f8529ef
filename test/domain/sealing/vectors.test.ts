import { createCipheriv, createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hkdfSha256, hmacSha256 } from '../../../src/domain/sealing/derive.ts';
import { gcmDecrypt, gcmEncryptInto } from '../../../src/domain/sealing/gcm.ts';

/**
 * Wycheproof, for every primitive in use. aes_wrap is not run: keys are wrapped with AES-GCM, so that the wrap can be
 * bound to its place by associated data, which RFC 3394 has not. Ed25519 is run where notes are signed: test/domain/tlog.
 */
const FOLDER = new URL('../../../../shared/data/vectors/wycheproof/', import.meta.url);
const absent = !existsSync(FOLDER);
if (absent) console.log('skipped: the Wycheproof vectors are not at ../shared/data/vectors/wycheproof');

const hex = z.string().transform(text => Buffer.from(text, 'hex'));
const common = { tcId: z.int(), result: z.enum(['valid', 'invalid', 'acceptable']) };
const gcmVector = z.object({ ...common, iv: hex, key: hex, aad: hex, msg: hex, ct: hex, tag: hex });
const hkdfVector = z.object({ ...common, ikm: hex, salt: hex, info: hex, size: z.int(), okm: hex });
const hmacVector = z.object({ ...common, key: hex, msg: hex, tag: hex });

/** All vectors of a file, with the tag size (bits) of their group where it has one. */
function readVectors<T>(
  name: string,
  vector: z.ZodType<T>,
): { readonly tagSize: number; readonly test: T }[] {
  const group = z.object({ tagSize: z.int().default(0), tests: z.array(vector) });
  const file = z.object({ numberOfTests: z.int(), testGroups: z.array(group) });
  const { numberOfTests, testGroups } = file.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  const vectors = testGroups.flatMap(({ tagSize, tests }) => tests.map(test => ({ tagSize, test })));
  expect(vectors.length).toBe(numberOfTests);
  return vectors;
}

type GcmVector = z.infer<typeof gcmVector>;

function checkOurGcm({ key, iv, aad, msg, ct, tag, result }: GcmVector): void {
  const opened = gcmDecrypt(key, iv, aad, ct, tag);
  if (result !== 'valid') {
    expect(opened).toBeUndefined();
    return;
  }
  expect(opened).toEqual(msg);
  const out = Buffer.alloc(msg.length + 16);
  expect(gcmEncryptInto(out, 0, key, iv, aad, msg)).toBe(out.length);
  expect(out).toEqual(Buffer.concat([ct, tag]));
}

/** Keys of 128 and 192 bits are not ours: the calls below are those that our functions make. */
function checkNodeGcm({ key, iv, aad, msg, ct, tag, result }: GcmVector): void {
  const name = key.length === 16 ? 'aes-128-gcm' : 'aes-192-gcm';
  const decipher = createDecipheriv(name, key, iv, { authTagLength: 16 });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const opened = decipher.update(ct);
  if (result !== 'valid') {
    expect(() => decipher.final()).toThrow();
    return;
  }
  decipher.final();
  expect(opened).toEqual(msg);
  const cipher = createCipheriv(name, key, iv, { authTagLength: 16 });
  cipher.setAAD(aad);
  expect(Buffer.concat([cipher.update(msg), cipher.final(), cipher.getAuthTag()])).toEqual(
    Buffer.concat([ct, tag]),
  );
}

describe.skipIf(absent)('the Wycheproof vectors', () => {
  it('hold for AES-GCM; a nonce that is not 96 bits long is refused', () => {
    const seen = { ours: 0, node: 0, refused: 0 };
    for (const { test } of readVectors('aes_gcm_test.json', gcmVector)) {
      if (test.iv.length !== 12) {
        seen.refused++;
        expect(() => gcmDecrypt(test.key, test.iv, test.aad, test.ct, test.tag)).toThrow(RangeError);
      } else if (test.key.length === 32) {
        seen.ours++;
        checkOurGcm(test);
      } else {
        seen.node++;
        checkNodeGcm(test);
      }
    }
    expect(seen).toEqual({ ours: 66, node: 131, refused: 119 });
  });

  it('hold for HKDF-SHA256', () => {
    for (const { test } of readVectors('hkdf_sha256_test.json', hkdfVector)) {
      const { ikm, salt, info, size, okm, result } = test;
      if (result === 'valid') expect(hkdfSha256(ikm, salt, info, size)).toEqual(okm);
      else expect(() => hkdfSha256(ikm, salt, info, size)).toThrow();
    }
  });

  it('hold for HMAC-SHA256, shortened tags included', () => {
    for (const { tagSize, test } of readVectors('hmac_sha256_test.json', hmacVector)) {
      const made = hmacSha256(test.key, test.msg).subarray(0, tagSize / 8);
      expect(made.equals(test.tag)).toBe(test.result === 'valid');
    }
  });
});
