import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** An Ed25519 key that signs notes as C2SP signed-note and tlog-cosignature say, written apart from the service's own. */
export interface NoteSigner {
  readonly name: string;
  /** What an auditor pins. */
  readonly vkey: string;
  /** The signature line over a note's text. */
  line(text: string): string;
}

const ED25519 = 1;
const COSIGNATURE = 4;

export function noteSigner(name: string, key: KeyObject = newKey()): NoteSigner {
  const signed = (text: string): Buffer => sign(null, Buffer.from(text), key);
  return { name, vkey: vkeyOf(name, key, ED25519), line: text => lineOf(name, key, ED25519, signed(text)) };
}

/** A witness: its line holds the time of its signature. */
export function witnessSigner(name: string, seconds = 1_700_000_000): NoteSigner {
  const key = newKey();
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const cosigned = (text: string): Buffer =>
    Buffer.concat([time, sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), key)]);
  return {
    name,
    vkey: vkeyOf(name, key, COSIGNATURE),
    line: text => lineOf(name, key, COSIGNATURE, cosigned(text)),
  };
}

/** A note: its text, an empty line, the signatures. */
export const noteOf = (text: string, ...signers: readonly NoteSigner[]): string =>
  `${text}\n${signers.map(signer => signer.line(text)).join('')}`;

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

function publicBytes(key: KeyObject, algorithm: number): Buffer {
  const { x } = key.export({ format: 'jwk' });
  return Buffer.concat([Uint8Array.of(algorithm), Buffer.from(x ?? '', 'base64url')]);
}

const keyHash = (name: string, key: KeyObject, algorithm: number): Buffer =>
  createHash('sha256').update(`${name}\n`).update(publicBytes(key, algorithm)).digest().subarray(0, 4);

const vkeyOf = (name: string, key: KeyObject, algorithm: number): string =>
  `${name}+${keyHash(name, key, algorithm).toString('hex')}+${publicBytes(key, algorithm).toString('base64')}`;

const lineOf = (name: string, key: KeyObject, algorithm: number, signature: Buffer): string =>
  `— ${name} ${Buffer.concat([keyHash(name, key, algorithm), signature]).toString('base64')}\n`;
