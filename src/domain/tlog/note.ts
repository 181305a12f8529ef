import { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { isSignedBy, signBytes, type NoteSigner, type VerifierKey } from './keys.ts';

/** A signature that was verified. */
export interface NoteSignature {
  readonly key: VerifierKey;
  /** When a witness cosigned, seconds since 1970; the log's own signature has no time. */
  readonly time?: number;
}

export interface OpenedNote {
  /** With its last line feed. */
  readonly text: string;
  /** Those of the asked keys, in the order of the note. */
  readonly signatures: readonly NoteSignature[];
}

const SIGNATURE_LINE = /^— (?<name>[^\s+]+) (?<bytes>[A-Za-z0-9+/]+={0,2})$/u;
const ID_BYTES = 4;
const TIME_BYTES = 8;
const ED25519_BYTES = 64;
const MAX_SIGNATURES = 100;

/** One signature line of a text, with its line feed. `time`, in seconds, is for cosignatures alone. */
export function signatureLine(text: string, signer: NoteSigner, time = 0): string {
  const { name, id, algorithm } = signer.verifier;
  const head = Buffer.alloc(algorithm === 'ed25519' ? ID_BYTES : ID_BYTES + TIME_BYTES);
  head.writeUInt32BE(id);
  if (algorithm === 'cosignature/v1') head.writeBigUInt64BE(BigInt(time), ID_BYTES);
  const signature = signBytes(signer, signedMessage(text, signer.verifier, BigInt(time)));
  return `— ${name} ${Buffer.concat([head, signature]).toString('base64')}\n`;
}

/** A signed note (C2SP signed-note): the text, which ends in a line feed, an empty line, the signature. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!isText(text)) throw new TypeError('a note ends in a line feed and holds no control characters');
  return `${text}\n${signatureLine(text, signer)}`;
}

/**
 * Takes a note apart and verifies the signatures of the keys given; others are ignored. Throws `note-invalid` for what is
 * no note, `note-signature-invalid` for a wrong signature of a known key or where no known key signed.
 */
export function openNote(note: string | Buffer, keys: readonly VerifierKey[]): OpenedNote {
  const { text, lines } = takeApart(typeof note === 'string' ? note : decodeUtf8(note));
  const signatures = new Map<VerifierKey, NoteSignature>();
  for (const { name, bytes } of lines) {
    const key = keys.find(known => known.name === name && known.id === bytes.readUInt32BE());
    if (key !== undefined && !signatures.has(key)) signatures.set(key, verified(text, key, bytes));
  }
  if (signatures.size === 0) throw notSigned('no signature is of a key that was asked for');
  return { text, signatures: [...signatures.values()] };
}

function takeApart(note: string): { text: string; lines: { name: string; bytes: Buffer }[] } {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  if (end < 0 || !note.endsWith('\n') || !isText(text))
    throw malformed('there is no text before an empty line');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed('there are too many signatures');
  return { text, lines: lines.map(parseLine) };
}

function parseLine(line: string): { name: string; bytes: Buffer } {
  const { name = '', bytes: text = '' } = SIGNATURE_LINE.exec(line)?.groups ?? {};
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length <= ID_BYTES || bytes.toString('base64') !== text)
    throw malformed('a signature line is malformed');
  return { name, bytes };
}

function verified(text: string, key: VerifierKey, bytes: Buffer): NoteSignature {
  const isTimed = key.algorithm === 'cosignature/v1';
  const start = isTimed ? ID_BYTES + TIME_BYTES : ID_BYTES;
  if (bytes.length !== start + ED25519_BYTES)
    throw notSigned(`the signature of ${key.name} has the wrong length`);
  const time = isTimed ? bytes.readBigUInt64BE(ID_BYTES) : 0n;
  if (!isSignedBy(key, signedMessage(text, key, time), bytes.subarray(start)))
    throw notSigned(`the signature of ${key.name} does not fit the text`);
  return isTimed ? { key, time: Number(time) } : { key };
}

/** What is signed: the text itself, or, by a witness, the text under a header with the time (C2SP tlog-cosignature). */
const signedMessage = (text: string, { algorithm }: VerifierKey, time: bigint): Buffer =>
  Buffer.from(algorithm === 'ed25519' ? text : `cosignature/v1\ntime ${time}\n${text}`);

const [LINE_FEED, SPACE] = [0x0a, 0x20];
/** C2SP signed-note forbids the control characters below the space, all but the line feed; no byte of another one is below it. */
const isPermitted = (byte: number): boolean => byte >= SPACE || byte === LINE_FEED;
const isText = (text: string): boolean =>
  text.length > 1 && text.endsWith('\n') && Buffer.from(text).every(isPermitted);

function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw malformed('it is not UTF-8');
  return text;
}

const malformed = (message: string): LetheError =>
  new LetheError('note-invalid', `not a signed note: ${message}`);
const notSigned = (message: string): LetheError => new LetheError('note-signature-invalid', message);
