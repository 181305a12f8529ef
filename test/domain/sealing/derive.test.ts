import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveEventKey,
  deriveLookupKey,
  derivePartKey,
  hkdfSha256,
} from '../../../src/domain/sealing/derive.ts';
import {
  lengthPrefixed,
  uuidFromBytes,
  uuidFromRandom,
  uuidToBytes,
} from '../../../src/domain/sealing/encoding.ts';
import { slowHkdf, slowPrefix } from './slow-reference.ts';

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map(array => Buffer.from(array));

describe('derivation', () => {
  it('agrees with RFC 5869 worked step by step', () => {
    fc.assert(
      fc.property(
        bytes(1, 64),
        bytes(0, 64),
        bytes(0, 64),
        fc.integer({ min: 1, max: 200 }),
        (key, salt, info, size) => {
          expect(hkdfSha256(key, salt, info, size)).toEqual(slowHkdf(key, salt, info, size));
        },
      ),
    );
  });

  it('gives every part, event and look-up kind a key of its own', () => {
    const key = randomBytes(32);
    const [first, second] = [randomUUID(), randomUUID()];
    const derived = [
      derivePartKey(key, 'content'),
      derivePartKey(key, 'network'),
      deriveEventKey(key, first, 'content').key,
      deriveEventKey(key, first, 'content').commitment,
      deriveEventKey(key, first, 'network').key,
      deriveEventKey(key, second, 'content').key,
      deriveLookupKey(key, 'subject'),
      deriveLookupKey(key, 'ip'),
    ];
    expect(new Set(derived.map(one => one.toString('hex'))).size).toBe(derived.length);
    expect(derived.every(one => one.length === 32)).toBe(true);
  });
});

describe('length-prefixed fields', () => {
  it('never have the same encoding for two different lists', () => {
    const lists = fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(lengthPrefixed(...a).equals(lengthPrefixed(...b))).toBe(same);
        expect(lengthPrefixed(...a)).toEqual(slowPrefix(...a));
      }),
    );
  });
});

describe('key ids', () => {
  it('survive their 16 bytes, and random ones are version 4', () => {
    const id = uuidFromRandom(randomBytes(16));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidFromBytes(uuidToBytes(id))).toBe(id);
  });
});
