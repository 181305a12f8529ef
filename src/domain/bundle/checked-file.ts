import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ArchiveFile } from './archive.ts';
import type { Findings } from './findings.ts';
import type { BundleFile } from './manifest.ts';

/**
 * The bytes of a file, hashed and counted on their way. Stops at the first byte beyond what the signed manifest says: what
 * the container claims is never asked. Reports `file-unreadable`, `size-differs` and `hash-differs`; never throws.
 */
export async function* checkedFile(
  file: ArchiveFile,
  listed: BundleFile,
  findings: Findings,
): AsyncGenerator<Buffer> {
  const part = listed.path;
  const digest = createHash('sha256');
  let bytes = 0;
  const pieces = file.read()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextPiece(pieces);
      if (next.status === 'failed') {
        findings.add(part, 'file-unreadable', `cannot be unpacked after ${bytes} bytes: ${next.reason}`);
        return;
      }
      if (next.status === 'end') break;
      bytes += next.piece.length;
      if (bytes > listed.bytes) {
        findings.add(
          part,
          'size-differs',
          `is longer than the ${listed.bytes} bytes that the manifest lists`,
        );
        return;
      }
      digest.update(next.piece);
      yield next.piece;
    }
  } finally {
    await pieces.return?.();
  }
  if (bytes < listed.bytes) {
    findings.add(part, 'size-differs', `has ${bytes} bytes, the manifest lists ${listed.bytes}`);
  } else if (digest.digest('hex') !== listed.sha256) {
    findings.add(part, 'hash-differs', 'its SHA-256 is not the one that the manifest lists: it was changed');
  }
}

type Next =
  | { readonly status: 'piece'; readonly piece: Buffer }
  | { readonly status: 'end' }
  | { readonly status: 'failed'; readonly reason: string };

async function nextPiece(pieces: AsyncIterator<Buffer>): Promise<Next> {
  try {
    const next = await pieces.next();
    return next.done === true ? { status: 'end' } : { status: 'piece', piece: next.value };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : 'unknown' };
  }
}
