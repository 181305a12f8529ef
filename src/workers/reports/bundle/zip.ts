import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { BUNDLE_PATHS, type BundleFile } from '../../../domain/bundle/manifest.ts';

/** A file of the bundle; its bytes are asked for when its turn comes, once. */
export interface BundlePart {
  readonly path: string;
  readonly bytes: () => AsyncIterable<Buffer> | Iterable<Buffer>;
}

export interface BundlePlan {
  readonly parts: readonly BundlePart[];
  /** Given every other file with its size and hash: the manifest comes last. */
  readonly manifest: (files: readonly BundleFile[]) => string;
  /** Stamped on every entry: the same input gives the same zip. */
  readonly time: Date;
}

/** The zip as a stream: one file after another, nothing kept but the hashes. */
export function zipBundle({ parts, manifest, time }: BundlePlan): AsyncIterable<Buffer> {
  const zip = new ZipFile();
  const output = zip.outputStream.pipe(new PassThrough());
  const fail = (error: unknown): void => {
    output.destroy(
      error instanceof Error ? error : new Error('a part of the bundle failed', { cause: error }),
    );
  };
  zip.on('error', fail);
  const files: BundleFile[] = [];
  const options = { mtime: time, mode: 0o100644, compressionLevel: 1 };
  for (const { path, bytes } of parts) {
    zip.addReadStreamLazy(path, options, give => {
      const measured = measure(path, bytes(), file => files.push(file));
      give(null, Readable.from(measured, { objectMode: false }).once('error', fail));
    });
  }
  zip.addReadStreamLazy(BUNDLE_PATHS.manifest, options, give => {
    give(null, Readable.from([Buffer.from(manifest(files), 'utf8')], { objectMode: false }));
  });
  zip.end();
  return output;
}

async function* measure(
  path: string,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  onEnd: (file: BundleFile) => void,
): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const piece of source) {
    digest.update(piece);
    bytes += piece.length;
    yield piece;
  }
  onEnd({ path, bytes, sha256: digest.digest('hex') });
}
