import { Buffer } from 'node:buffer';
import type { ArchiveFile } from './archive.ts';

export type WholeFile = { readonly bytes: Buffer } | { readonly bytes?: undefined; readonly reason: string };

/** A small file in one piece, at most `maximum` bytes of it; never throws. */
export async function readWhole(file: ArchiveFile, maximum: number): Promise<WholeFile> {
  return gather(file.read(), maximum);
}

export async function gather(pieces: AsyncIterable<Buffer>, maximum: number): Promise<WholeFile> {
  const gathered: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of pieces) {
      length += piece.length;
      if (length > maximum)
        return { reason: `is longer than the ${maximum} bytes that such a file may have` };
      gathered.push(piece);
    }
  } catch (error) {
    return { reason: `cannot be unpacked: ${error instanceof Error ? error.message : 'unknown'}` };
  }
  return { bytes: Buffer.concat(gathered, length) };
}
