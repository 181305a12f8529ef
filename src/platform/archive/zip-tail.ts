import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';

/** Of the records behind the directory (APPNOTE 4.3.14 to 4.3.16). */
const [ZIP64_RECORD, ZIP64_LOCATOR, LAST_RECORD] = [56, 20, 22];
const [IN_ZIP64, IN_ZIP64_SHORT] = [0xffffffff, 0xffff];

/** The directory as it was read. */
export interface Directory {
  readonly start: number;
  readonly end: number;
  readonly entries: number;
}

/**
 * Whether the records at the end tell of that directory and of no other: readers differ on which of their numbers they
 * believe, and one that believes another number would unpack another archive. `comment`: bytes of the zip's comment.
 */
export async function tailOddities(path: string, directory: Directory, comment: number): Promise<string[]> {
  const tail = await readTail(path, directory.end, ZIP64_RECORD + ZIP64_LOCATOR + LAST_RECORD + comment);
  const length = tail.length - comment;
  const isZip64 = length === ZIP64_RECORD + ZIP64_LOCATOR + LAST_RECORD;
  if (!isZip64 && length !== LAST_RECORD) return ['bytes after the directory belong to no file'];
  const last = tail.subarray(length - LAST_RECORD);
  const isTold = isZip64
    ? tellsZip64(tail, directory) && tells(last, directory, true)
    : tells(last, directory, false);
  return isTold ? [] : ['the last record tells of another directory than the one that is there'];
}

function tells(last: Buffer, { start, end, entries }: Directory, isZip64: boolean): boolean {
  const isSaid = (said: number, is: number, elsewhere: number): boolean =>
    said === is || (isZip64 && said === elsewhere);
  return (
    last.readUInt32LE(4) === 0 &&
    isSaid(last.readUInt16LE(8), entries, IN_ZIP64_SHORT) &&
    isSaid(last.readUInt16LE(10), entries, IN_ZIP64_SHORT) &&
    isSaid(last.readUInt32LE(12), end - start, IN_ZIP64) &&
    isSaid(last.readUInt32LE(16), start, IN_ZIP64)
  );
}

/** The record itself, and the locator behind it. */
const tellsZip64 = (tail: Buffer, { start, end, entries }: Directory): boolean =>
  tail.readBigUInt64LE(4) === BigInt(ZIP64_RECORD - 12) &&
  tail.readBigUInt64LE(24) === BigInt(entries) &&
  tail.readBigUInt64LE(32) === BigInt(entries) &&
  tail.readBigUInt64LE(40) === BigInt(end - start) &&
  tail.readBigUInt64LE(48) === BigInt(start) &&
  tail.readBigUInt64LE(ZIP64_RECORD + 8) === BigInt(end);

/** What follows the directory, a byte more than `most` at most. */
async function readTail(path: string, from: number, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(most + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
