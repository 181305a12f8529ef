import type { Entry, ZipFile } from 'yauzl';
import { entryOddities, hasDescriptor } from './zip-entry.ts';

/** A data descriptor, with or without its signature, with sizes of 4 or 8 bytes (APPNOTE 4.3.9). */
const DESCRIPTOR_BYTES: readonly number[] = [12, 16, 20, 24];

interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Bytes that may follow. */
  readonly gaps: readonly number[];
}

/**
 * What a zip holds besides the files of its directory. Readers that walk the local headers would see another archive than
 * readers of the directory do; here the two have to agree, and every byte has to belong to a file.
 */
export async function odditiesOf(
  zip: ZipFile,
  entries: readonly Entry[],
  directoryStart: number,
): Promise<string[]> {
  const oddities = zip.comment.length > 0 ? ['the zip carries a comment'] : [];
  const spans: Span[] = [];
  for (const entry of entries) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    const name = printable(entry.fileNameRaw);
    oddities.push(...entryOddities(entry, local).map(oddity => `the entry ${name} ${oddity}`));
    const start = entry.relativeOffsetOfLocalHeader;
    const gaps = hasDescriptor(entry) ? DESCRIPTOR_BYTES : [0];
    spans.push({ name, start, end: local.fileDataStart + entry.compressedSize, gaps });
  }
  return [...oddities, ...gapsOf(spans, directoryStart)];
}

function gapsOf(spans: readonly Span[], directoryStart: number): string[] {
  const oddities: string[] = [];
  let before: Span = { name: 'the start', start: 0, end: 0, gaps: [0] };
  const directory: Span = { name: 'the directory', start: directoryStart, end: directoryStart, gaps: [0] };
  for (const span of [...spans, directory]) {
    const between = span.start - before.end;
    if (!before.gaps.includes(between))
      oddities.push(`${Math.abs(between)} bytes between ${before.name} and ${span.name} belong to no file`);
    before = span;
  }
  return oddities;
}

/** A name that goes to a terminal: nothing but plain characters. */
const printable = (name: Buffer): string => name.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '?');
