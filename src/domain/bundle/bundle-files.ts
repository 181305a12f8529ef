import type { Buffer } from 'node:buffer';
import type { Archive } from './archive.ts';
import { checkedFile } from './checked-file.ts';
import { checkFiles, type ListedFiles } from './check-files.ts';
import type { Findings } from './findings.ts';
import type { BundleManifest } from './manifest.ts';
import { gather } from './read-whole.ts';

/** The listed files of a bundle. Whatever a check reads, or leaves unread, each is hashed from end to end once. */
export class BundleFiles {
  readonly #files: ListedFiles;
  readonly #findings: Findings;
  readonly #read = new Set<string>();

  constructor(archive: Archive, manifest: BundleManifest, findings: Findings) {
    this.#files = checkFiles(archive, manifest, findings);
    this.#findings = findings;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** The bytes on their way, checked; undefined, with a finding, where there is no such file. */
  stream(path: string): AsyncIterable<Buffer> | undefined {
    const found = this.#files.get(path);
    if (found === undefined) {
      this.#findings.add(path, 'file-missing', 'the bundle needs it, and does not hold it once');
      return undefined;
    }
    return this.#tracked(path, checkedFile(found.file, found.listed, this.#findings));
  }

  /** Read from when the first piece is asked for: a stream that nobody follows leaves its file to `readRest`. */
  async *#tracked(path: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.#read.add(path);
    yield* pieces;
  }

  /** A file of at most `maximum` bytes; undefined, with a finding, where that fails. */
  async whole(path: string, maximum: number): Promise<Buffer | undefined> {
    const stream = this.stream(path);
    if (stream === undefined) return undefined;
    const read = await gather(stream, maximum);
    if (read.bytes === undefined) this.#findings.add(path, 'file-unreadable', read.reason);
    return read.bytes;
  }

  /** Hashes what no check has asked for. */
  async readRest(): Promise<void> {
    for (const path of this.paths()) {
      if (this.#read.has(path)) continue;
      const pieces = this.stream(path)?.[Symbol.asyncIterator]();
      while (pieces !== undefined && (await pieces.next()).done !== true);
    }
  }
}
