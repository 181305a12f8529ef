import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPart, readBlobHeader, sealBlob, sealedReference } from '../../../src/domain/sealing/blob.ts';
import { derivePartKey, type Part } from '../../../src/domain/sealing/derive.ts';
import type { PartToSeal } from '../../../src/domain/sealing/part.ts';
import { codeOf } from '../../support/code-of.ts';
import { slowBlob } from './slow-reference.ts';

const where = { tenant: randomUUID(), scope: 'asset/a-1', eventId: randomUUID() };
const keyId = randomUUID();
const dataKey = randomBytes(32);

const toSeal = (part: Part, plaintext: Buffer, nonce = randomBytes(12)): PartToSeal => ({
  part,
  partKey: derivePartKey(dataKey, part),
  nonce,
  plaintext,
});
const opening = (part: Part) => ({ keyId, partKey: derivePartKey(dataKey, part) });

const content = Buffer.from('a lighthouse in fog');
const network = Buffer.from('192.0.2.7');
const both = (): Buffer => sealBlob(keyId, [toSeal('content', content), toSeal('network', network)], where);

/** Opens whatever the blob holds, as a reader with every right would. */
function openAll(blob: Buffer): void {
  for (const part of ['content', 'network'] as const) openPart(blob, part, opening(part), where);
}

describe('a sealed blob', () => {
  it('opens to what was sealed, for any bytes and any parts', () => {
    const bytes = fc.uint8Array({ maxLength: 2_000 }).map(array => Buffer.from(array));
    const names = fc.subarray<Part>(['content', 'network'], { minLength: 1 });
    fc.assert(
      fc.property(bytes, bytes, names, (first, second, parts) => {
        const plaintexts = { content: first, network: second };
        const blob = sealBlob(
          keyId,
          parts.map(part => toSeal(part, plaintexts[part])),
          where,
        );
        expect([...readBlobHeader(blob).parts.keys()]).toEqual(parts);
        for (const part of parts)
          expect(openPart(blob, part, opening(part), where)).toEqual(plaintexts[part]);
      }),
    );
  });

  it('equals byte for byte what the slow reference makes', () => {
    const bytes = fc.uint8Array({ maxLength: 70 }).map(array => Buffer.from(array));
    const scopes = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(bytes, bytes, scopes, (first, second, scope) => {
        const nonces = [randomBytes(12), randomBytes(12)] as const;
        const here = { ...where, scope };
        const parts = [
          { part: 'content', nonce: nonces[0], plaintext: first },
          { part: 'network', nonce: nonces[1], plaintext: second },
        ] as const;
        const fast = parts.map(({ part, nonce, plaintext }) => toSeal(part, plaintext, nonce));
        expect(sealBlob(keyId, fast, here)).toEqual(slowBlob(dataKey, keyId, parts, here));
      }),
      { numRuns: 30 },
    );
  });

  it('is refused with a sealing code whichever single byte of it is changed', () => {
    const blob = both();
    for (let at = 0; at < blob.length; at++) {
      for (const mask of [0x01, 0x80]) {
        const changed = Buffer.from(blob);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        expect(codeOf(() => openAll(changed))).toMatch(
          /^(sealed-malformed|sealed-part-absent|key-commitment-mismatch|sealed-tampered)$/,
        );
      }
    }
    openAll(blob);
  });

  it('names the kind of damage: format, key id, nonce, commitment, length, ciphertext, tag', () => {
    const blob = sealBlob(keyId, [toSeal('content', content)], where);
    const damaged = (at: number): string | undefined => {
      const changed = Buffer.from(blob);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return codeOf(() => openPart(changed, 'content', opening('content'), where));
    };
    const partAt = 21;
    expect(damaged(0)).toBe('sealed-malformed');
    expect(damaged(3)).toBe('sealed-malformed');
    expect(damaged(4)).toBe('key-commitment-mismatch');
    expect(damaged(20)).toBe('sealed-malformed');
    expect(damaged(partAt + 1)).toBe('sealed-tampered');
    expect(damaged(partAt + 13)).toBe('key-commitment-mismatch');
    expect(damaged(partAt + 45)).toBe('sealed-malformed');
    expect(damaged(partAt + 49)).toBe('sealed-tampered');
    expect(damaged(blob.length - 1)).toBe('sealed-tampered');
  });

  it('is malformed when cut anywhere, lengthened, empty, without parts or with a part twice', () => {
    const blob = both();
    for (let size = 0; size < blob.length; size++) {
      expect(codeOf(() => readBlobHeader(blob.subarray(0, size)))).toBe('sealed-malformed');
    }
    expect(codeOf(() => readBlobHeader(Buffer.concat([blob, Buffer.alloc(1)])))).toBe('sealed-malformed');
    const twice = sealBlob(keyId, [toSeal('content', content), toSeal('content', content)], where);
    expect(codeOf(() => readBlobHeader(twice))).toBe('sealed-malformed');
    const none = Buffer.from(blob.subarray(0, 21));
    none.writeUInt8(0, 20);
    expect(codeOf(() => readBlobHeader(none))).toBe('sealed-malformed');
  });

  it('does not open for another tenant, scope, event or part', () => {
    const blob = sealBlob(keyId, [toSeal('content', content)], where);
    const openIn = (other: Partial<typeof where>): string | undefined =>
      codeOf(() => openPart(blob, 'content', opening('content'), { ...where, ...other }));
    expect(openIn({ tenant: randomUUID() })).toBe('sealed-tampered');
    expect(openIn({ scope: 'asset/a-2' })).toBe('sealed-tampered');
    expect(openIn({ eventId: randomUUID() })).toBe('key-commitment-mismatch');
    expect(codeOf(() => openPart(blob, 'network', opening('network'), where))).toBe('sealed-part-absent');
    const relabelled = Buffer.from(blob);
    relabelled.writeUInt8(2, 21);
    expect(codeOf(() => openPart(relabelled, 'network', opening('network'), where))).toBe(
      'key-commitment-mismatch',
    );
  });

  it('keeps its parts apart when a neighbour moves its fields across the border between them', () => {
    const blob = sealBlob(keyId, [toSeal('content', content)], { ...where, tenant: 'ab', scope: 'c' });
    const moved = { ...where, tenant: 'a', scope: 'bc' };
    expect(codeOf(() => openPart(blob, 'content', opening('content'), moved))).toBe('sealed-tampered');
  });

  it('never opens network with the content key, the only one that serving has', () => {
    const contentKey = derivePartKey(dataKey, 'content');
    for (const partKey of [contentKey, derivePartKey(contentKey, 'network')]) {
      expect(codeOf(() => openPart(both(), 'network', { keyId, partKey }, where))).toBe(
        'key-commitment-mismatch',
      );
    }
  });

  it('does not open under another data key, and says so before it decrypts', () => {
    const partKey = derivePartKey(randomBytes(32), 'content');
    expect(codeOf(() => openPart(both(), 'content', { keyId, partKey }, where))).toBe(
      'key-commitment-mismatch',
    );
  });

  it('is described by its size, parts, key, epoch and SHA-256, as the envelope keeps them', () => {
    const blob = both();
    const reference = sealedReference(blob, { keyId, epoch: 3, parts: ['content', 'network'] });
    expect(reference).toEqual({
      algorithm: 'HKDF-SHA256+A256GCM+commit',
      key: keyId,
      epoch: 3,
      parts: ['content', 'network'],
      bytes: blob.length,
      hash: createHash('sha256').update(blob).digest('base64url'),
    });
  });

  it('cannot be made without a part, with a short nonce or for a key id that is no UUID', () => {
    expect(() => sealBlob(keyId, [], where)).toThrow(RangeError);
    expect(() => sealBlob(keyId, [toSeal('content', content, randomBytes(8))], where)).toThrow(RangeError);
    expect(() => sealBlob('k-1', [toSeal('content', content)], where)).toThrow(RangeError);
  });
});
