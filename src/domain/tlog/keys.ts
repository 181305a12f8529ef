import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { LetheError } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** Ed25519 over the note's text, or a witness's timestamped cosignature/v1 (C2SP signed-note, tlog-cosignature). */
export type NoteAlgorithm = 'ed25519' | 'cosignature/v1';

/** A public key under a name: what an auditor pins. */
export interface VerifierKey {
  readonly name: string;
  readonly algorithm: NoteAlgorithm;
  /** 32 bytes. */
  readonly publicKey: Buffer;
  /** First 4 bytes of SHA-256(name ‖ LF ‖ algorithm ‖ key). */
  readonly id: number;
}

/** A private key under a name. */
export interface NoteSigner {
  readonly verifier: VerifierKey;
  readonly privateKey: KeyObject;
}

const TYPES: Readonly<Record<NoteAlgorithm, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 };
const KEY_BYTES = 32;
/** DER of an Ed25519 key up to its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const NAME = /^[^\s+]+$/u;
const VKEY = /^(?<name>[^\s+]+)\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]+={0,2})$/u;

/** Names neither empty nor with a space or `+`, as C2SP signed-note asks. */
export function verifierKey(name: string, algorithm: NoteAlgorithm, publicKey: Buffer): VerifierKey {
  if (!NAME.test(name) || publicKey.length !== KEY_BYTES) throw invalid();
  const typed = Buffer.from([TYPES[algorithm]]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed, publicKey]), 'buffer');
  return { name, algorithm, publicKey, id: id.readUInt32BE() };
}

/** `name+id+key`, the text that an auditor pins (C2SP signed-note, verifier keys). */
export function encodeVerifierKey({ name, algorithm, publicKey, id }: VerifierKey): string {
  const key = Buffer.concat([Buffer.from([TYPES[algorithm]]), publicKey]);
  return `${name}+${id.toString(16).padStart(8, '0')}+${key.toString('base64')}`;
}

/** Throws `verifier-key-invalid`: malformed, of an unknown algorithm, or with an id that is not its own. */
export function parseVerifierKey(text: string): VerifierKey {
  const { name = '', id = '', key = '' } = VKEY.exec(text)?.groups ?? {};
  const bytes = Buffer.from(key, 'base64');
  const algorithm = algorithmOf(bytes[0]);
  if (algorithm === undefined || bytes.toString('base64') !== key) throw invalid();
  const parsed = verifierKey(name, algorithm, bytes.subarray(1));
  if (parsed.id !== Number.parseInt(id, 16)) throw invalid();
  return parsed;
}

const algorithmOf = (type: number | undefined): NoteAlgorithm | undefined =>
  type === TYPES.ed25519 ? 'ed25519' : type === TYPES['cosignature/v1'] ? 'cosignature/v1' : undefined;

const invalid = (): LetheError =>
  new LetheError('verifier-key-invalid', 'a verifier key reads name+id+key, as C2SP signed-note defines it');

/** The key whose seed (32 bytes, RFC 8032 §5.1.5) this is, under a name. */
export function noteSigner(name: string, algorithm: NoteAlgorithm, seed: Secret): NoteSigner {
  const der = Buffer.concat([PKCS8, seed.reveal()]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { verifier: verifierKey(name, algorithm, spki.subarray(SPKI.length)), privateKey };
}

/** Ed25519 (RFC 8032): 64 bytes. */
export const signBytes = ({ privateKey }: NoteSigner, message: Buffer): Buffer =>
  sign(null, message, privateKey);

export function isSignedBy({ publicKey }: VerifierKey, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
