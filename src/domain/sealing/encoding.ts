import { Buffer } from 'node:buffer';

const PREFIX_BYTES = 4;

/**
 * The fields one after the other, each behind its length in bytes (u32, big-endian), so that no two lists of
 * fields have the same encoding. Used for associated data and key derivation labels.
 */
export function lengthPrefixed(...fields: readonly string[]): Buffer {
  let size = 0;
  for (const field of fields) size += PREFIX_BYTES + Buffer.byteLength(field);
  const out = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const field of fields) {
    const written = out.write(field, offset + PREFIX_BYTES);
    out.writeUInt32BE(written, offset);
    offset += PREFIX_BYTES + written;
  }
  return out;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The 16 bytes of a lower-case UUID. Any other text is a defect of the caller: RangeError. */
export function uuidToBytes(uuid: string): Buffer {
  if (!UUID.test(uuid)) throw new RangeError('a key id is a lower-case UUID');
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The lower-case text of 16 bytes. */
export function uuidFromBytes(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A version 4 UUID (RFC 9562 §5.4) out of 16 random bytes, which it changes. */
export function uuidFromRandom(random: Buffer): string {
  random.writeUInt8((random.readUInt8(6) & 0x0f) | 0x40, 6);
  random.writeUInt8((random.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuidFromBytes(random);
}
