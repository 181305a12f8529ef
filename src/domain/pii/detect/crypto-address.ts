import { createHash } from 'node:crypto';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** Base58Check: 21 bytes, and the first four of their double SHA-256. */
function passesBase58Check(text: string): boolean {
  let number = 0n;
  for (const letter of text) number = number * 58n + BigInt(BASE58.indexOf(letter));
  const hex = number.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21));
}

const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values: readonly number[]): number {
  return values.reduce((check, value) => {
    const shifted = ((check & 0x1ffffff) << 5) ^ value;
    return GENERATORS.reduce(
      (sum, generator, bit) => ((check >>> (25 + bit)) & 1 ? sum ^ generator : sum),
      shifted,
    );
  }, 1);
}

/** BIP 173 (Bech32, witness version 0) and BIP 350 (Bech32m, later versions). */
function passesBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== text && text.toUpperCase() !== text) return false;
  const values = Array.from(lower.slice(3)).map(letter => BECH32.indexOf(letter));
  if (values.includes(-1)) return false;
  const prefix = [3, 3, 0, 2, 3];
  return polymod([...prefix, ...values]) === (values[0] === 0 ? 1 : 0x2bc830a3);
}

/** Bitcoin addresses by their checksums; Ethereum's have one only in mixed case, so their form has to do. */
export function isCryptoAddress(text: string): boolean {
  if (/^0x/i.test(text)) return true;
  return /^bc1/i.test(text) ? passesBech32(text) : passesBase58Check(text);
}
