import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { Part } from './bundle-parts.ts';

/** Of the zip's local headers and of its last record (APPNOTE 4.3.7, 4.3.16). */
const [LOCAL_HEADER, NAME_LENGTH_AT] = [30, 26];
const [LAST_RECORD, DIRECTORY_AT] = [22, 16];

/** A zip of the files, in order. */
export async function zipOf(files: readonly Part[], { compress = true } = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, bytes } of files) zip.addBuffer(bytes, name, { compress, mtime: new Date(0) });
  zip.end();
  return buffer(zip.outputStream);
}

/** The same zip with a file's name replaced by one of the same length, in both of its headers. */
export function renamed(zip: Buffer, name: string, replacement: string): Buffer {
  if (name.length !== replacement.length) throw new RangeError('a name of the same length is needed');
  const text = zip.toString('latin1').replaceAll(name, replacement);
  return Buffer.from(text, 'latin1');
}

/** The same zip with the name changed in the local header alone: readers of the directory never see it. */
export function renamedLocally(zip: Buffer, name: string, replacement: string): Buffer {
  const at = zip.indexOf(name);
  if (zip.readUInt16LE(at - LOCAL_HEADER + NAME_LENGTH_AT) !== name.length)
    throw new Error('no local header');
  return Buffer.concat([zip.subarray(0, at), Buffer.from(replacement), zip.subarray(at + name.length)]);
}

/** The same zip with bytes between its last file and its directory. */
export function withHiddenBytes(zip: Buffer): Buffer {
  const directory = zip.readUInt32LE(zip.length - LAST_RECORD + DIRECTORY_AT);
  const hidden = Buffer.from('nobody unpacks this');
  const longer = Buffer.concat([zip.subarray(0, directory), hidden, zip.subarray(directory)]);
  longer.writeUInt32LE(directory + hidden.length, longer.length - LAST_RECORD + DIRECTORY_AT);
  return longer;
}
