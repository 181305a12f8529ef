import { open } from 'node:fs/promises';
import { readPins, type ConsistencyProof, type PinTexts } from '../../domain/bundle/pins.ts';
import type { Verification } from '../../domain/bundle/verification.ts';
import { verifyBundle } from '../../domain/bundle/verify-bundle.ts';
import { verifyDocument } from '../../domain/bundle/verify-document.ts';
import { LetheError } from '../../domain/errors.ts';
import { openZipArchive } from '../../platform/archive/zip-archive.ts';
import { readConsistency, readSmall } from './inputs.ts';

/** What is given on the command line beside the file. */
export interface VerifyOptions {
  readonly key?: string;
  readonly checkpoint?: readonly string[];
  readonly consistency?: readonly string[];
  readonly witness?: readonly string[];
  readonly quorum?: number;
}

const OPENING_BRACE = 0x7b;
const MOST_DOCUMENT_BYTES = 256 * 1024 * 1024;

/**
 * Verifies a bundle, or a certificate or receipt that stands alone. Throws LetheError where there is nothing to judge: no
 * key, an unreadable file, an invocation that makes no sense.
 */
export async function verifyFile(file: string, options: VerifyOptions): Promise<Verification> {
  const pins = readPins(await textsOf(options));
  if ((await firstByte(file)) === OPENING_BRACE) {
    return verifyDocument(await readSmall(file, MOST_DOCUMENT_BYTES), file, pins);
  }
  const archive = await openZipArchive(file);
  try {
    return await verifyBundle(archive, pins);
  } finally {
    archive.close();
  }
}

async function textsOf(options: VerifyOptions): Promise<PinTexts> {
  const { key, checkpoint = [], consistency = [], witness = [], quorum } = options;
  if (key === undefined) {
    throw new LetheError(
      'key-missing',
      'name the public key of the log with --key. It has to come from your contract or an earlier audit: whoever forges a ' +
        'bundle can put a key of his own into it, so none is ever taken from there',
    );
  }
  const older: { name: string; note: Buffer }[] = [];
  for (const name of checkpoint) older.push({ name, note: await readSmall(name) });
  const proofs: ConsistencyProof[] = [];
  for (const path of consistency) proofs.push(await readConsistency(path));
  return { key, older, witnesses: witness, quorum, consistency: proofs };
}

async function firstByte(path: string): Promise<number | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, 0);
      return bytesRead === 1 ? buffer[0] : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new LetheError('file-unreadable', `${path} cannot be read`, { cause: error });
  }
}
