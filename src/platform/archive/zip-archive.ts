import { createInflateRaw } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { Archive, ArchiveFile } from '../../domain/bundle/archive.ts';
import { LetheError } from '../../domain/errors.ts';
import { odditiesOf } from './zip-layout.ts';
import { tailOddities } from './zip-tail.ts';

/** A bundle of our making holds some dozens of files; the directory is kept in memory. */
const MOST_FILES = 20_000;
const INFLATED_PIECE = 256 * 1024;
const STORED = 0;
const DEFLATED = 8;

export interface OpenArchive extends Archive {
  close(): void;
}

/**
 * Opens a zip for reading in any order. Only its directory is read here; sizes that it claims bound nothing.
 * Throws LetheError `bundle-unreadable`: no such file, not a zip, cut off, or a directory that makes no sense.
 */
export async function openZipArchive(path: string): Promise<OpenArchive> {
  let zip: ZipFile | undefined;
  try {
    // Names stay raw: which are allowed is the verifier's rule, and each bad one a finding of its own.
    zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
    // Where the directory starts, and once it is read, where it ends; the typings call it a boolean.
    const start = Number(zip.readEntryCursor);
    const entries = await readDirectory(zip);
    const directory = { start, end: Number(zip.readEntryCursor), entries: entries.length };
    const oddities = [
      ...(await odditiesOf(zip, entries, start)),
      ...(await tailOddities(path, directory, zip.comment.length)),
    ];
    const opened = zip;
    return { files: entries.map(entry => fileOf(opened, entry)), oddities, close: () => opened.close() };
  } catch (error) {
    zip?.close();
    if (error instanceof LetheError) throw error;
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new LetheError('bundle-unreadable', `not a whole zip file: ${reason}`, { cause: error });
  }
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entries.length === MOST_FILES) {
      throw new LetheError('bundle-unreadable', `the zip names more than ${MOST_FILES} files`);
    }
    entries.push(entry);
  }
  return entries;
}

const fileOf = (zip: ZipFile, entry: Entry): ArchiveFile => ({
  name: entry.fileNameRaw.toString('utf8'),
  read: () => measured(unpack(zip, entry), entry.uncompressedSize),
});

/** Some readers stop at the size that the directory claims: theirs and this one have to be the same file. */
async function* measured(pieces: AsyncIterable<Buffer>, claimed: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    yield piece;
  }
  if (bytes !== claimed) throw new Error(`the directory of the zip claims ${claimed} bytes for it`);
}

async function* unpack(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const { compressionMethod } = entry;
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED)) {
    throw new Error('it is packed in a way that bundles do not use');
  }
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  if (compressionMethod === STORED) {
    yield* packed as AsyncIterable<Buffer>;
    return;
  }
  const inflate = createInflateRaw({ chunkSize: INFLATED_PIECE });
  packed.once('error', error => inflate.destroy(error));
  packed.pipe(inflate);
  try {
    yield* inflate as AsyncIterable<Buffer>;
    if (inflate.bytesWritten !== entry.compressedSize) throw new Error('bytes follow its compressed data');
  } finally {
    packed.destroy();
    inflate.destroy();
  }
}
