import { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import type { TreeHead } from '../merkle/verify.ts';
import type { VerifierKey } from './keys.ts';
import { openNote, type NoteSignature } from './note.ts';

/** A tree at one moment: its log, its number of leaves, its root (C2SP tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** Of the witnesses asked for. */
  readonly cosignatures: readonly NoteSignature[];
}

const SIZE = /^(0|[1-9]\d{0,15})$/;

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/** Lines after the third are extensions, not empty, which the format allows and nobody here reads. Throws `checkpoint-invalid`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...extensions] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isWhole =
    origin !== '' && SIZE.test(size) && Number.isSafeInteger(Number(size)) && extensions.at(-1) === '';
  if (
    !isWhole ||
    extensions.slice(0, -1).includes('') ||
    root.length !== HASH_BYTES ||
    root.toString('base64') !== encoded
  )
    throw new LetheError('checkpoint-invalid', 'a checkpoint has three lines: origin, size, root');
  return { origin, size: Number(size), root };
}

/**
 * Opens a signed checkpoint. The log's own signature must be there; those of the witnesses are verified where they are.
 * Throws `checkpoint-invalid`, `note-invalid`, `note-signature-invalid`.
 */
export function openCheckpoint(
  note: string | Buffer,
  log: VerifierKey,
  witnesses: readonly VerifierKey[] = [],
): OpenedCheckpoint {
  const { text, signatures } = openNote(note, [log, ...witnesses]);
  if (!signatures.some(({ key }) => key === log))
    throw new LetheError('note-signature-invalid', `the log ${log.name} has not signed the checkpoint`);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name)
    throw new LetheError('checkpoint-invalid', 'the checkpoint is of another log than its key');
  return { ...checkpoint, cosignatures: signatures.filter(({ key }) => key !== log) };
}
