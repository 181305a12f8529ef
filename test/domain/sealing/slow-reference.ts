import { createCipheriv, createHmac } from 'node:crypto';

/** The sealing format read off its description, slowly and without a line of src: what the fast code must agree with. */

export function slowPrefix(...fields: readonly string[]): Buffer {
  const parts = fields.map(field => {
    const bytes = Buffer.from(field, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(parts);
}

const hmac = (key: Buffer, message: Buffer): Buffer => createHmac('sha256', key).update(message).digest();

/** RFC 5869 §2.2 and §2.3, step by step. */
export function slowHkdf(ikm: Buffer, salt: Buffer, info: Buffer, size: number): Buffer {
  const prk = hmac(salt.length === 0 ? Buffer.alloc(32) : salt, ikm);
  let block = Buffer.alloc(0);
  let out = Buffer.alloc(0);
  for (let counter = 1; out.length < size; counter++) {
    block = Buffer.from(hmac(prk, Buffer.concat([block, info, Buffer.from([counter])])));
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, size);
}

function aesBlock(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

const toBig = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);

/** Multiplication in GF(2^128), SP 800-38D §6.3. */
function multiply(x: bigint, y: bigint): bigint {
  let z = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return z;
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);

function ghash(h: bigint, aad: Buffer, ciphertext: Buffer): bigint {
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64BE(BigInt(aad.length) * 8n, 0);
  lengths.writeBigUInt64BE(BigInt(ciphertext.length) * 8n, 8);
  const input = Buffer.concat([padded(aad), padded(ciphertext), lengths]);
  let y = 0n;
  for (let at = 0; at < input.length; at += 16) y = multiply(y ^ toBig(input.subarray(at, at + 16)), h);
  return y;
}

/** AES-256-GCM with a 96-bit nonce, SP 800-38D §7.1, over single AES blocks: ciphertext ‖ tag. */
export function slowGcm(key: Buffer, nonce: Buffer, aad: Buffer, plaintext: Buffer): Buffer {
  const counter = (n: number): Buffer => {
    const block = Buffer.concat([nonce, Buffer.alloc(4)]);
    block.writeUInt32BE(n, 12);
    return aesBlock(key, block);
  };
  const ciphertext = Buffer.from(plaintext);
  for (let at = 0; at < ciphertext.length; at++) {
    const stream = counter(2 + Math.floor(at / 16));
    ciphertext.writeUInt8(ciphertext.readUInt8(at) ^ stream.readUInt8(at % 16), at);
  }
  const h = toBig(aesBlock(key, Buffer.alloc(16)));
  const tag = ghash(h, aad, ciphertext) ^ toBig(counter(1));
  return Buffer.concat([ciphertext, Buffer.from(tag.toString(16).padStart(32, '0'), 'hex')]);
}

export interface SlowPart {
  readonly part: 'content' | 'network';
  readonly nonce: Buffer;
  readonly plaintext: Buffer;
}

/** A sealed blob, from the data key down. */
export function slowBlob(
  dataKey: Buffer,
  keyId: string,
  parts: readonly SlowPart[],
  where: { readonly tenant: string; readonly scope: string; readonly eventId: string },
): Buffer {
  const none = Buffer.alloc(0);
  const sealed = parts.map(({ part, nonce, plaintext }) => {
    const partKey = slowHkdf(dataKey, none, Buffer.from(`lethe/${part}`), 32);
    const okm = slowHkdf(partKey, none, slowPrefix('lethe/event', where.eventId, part), 64);
    const aad = slowPrefix(where.tenant, where.scope, where.eventId, part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(plaintext.length);
    const code = Buffer.from([part === 'content' ? 1 : 2]);
    return Buffer.concat([
      code,
      nonce,
      okm.subarray(32),
      length,
      slowGcm(okm.subarray(0, 32), nonce, aad, plaintext),
    ]);
  });
  const id = Buffer.from(keyId.replaceAll('-', ''), 'hex');
  return Buffer.concat([Buffer.from('LSB'), Buffer.from([1]), id, Buffer.from([parts.length]), ...sealed]);
}
