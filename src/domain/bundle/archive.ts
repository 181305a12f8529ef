/** One file of an archive, not trusted: neither its name nor how long it says it is. */
export interface ArchiveFile {
  readonly name: string;
  /** The bytes, as often as asked. Throws where they cannot be unpacked; an early end of the loop stops the unpacking. */
  read(): AsyncIterable<Buffer>;
}

/** A zip as the verifier sees it. */
export interface Archive {
  /** In the archive's order, doubled names included. */
  readonly files: readonly ArchiveFile[];
  /** What is wrong with the container, in words: bytes that belong to no file, names that differ from the directory's. */
  readonly oddities: readonly string[];
}
