import { type Entry, type LocalFileHeader, parseExtraFields } from 'yauzl';

/** Sizes beyond 32 bits, and a time stamp: others can give a file another name, or another kind (APPNOTE 4.5.2, 4.6.9). */
const EXTRA_FIELDS: readonly number[] = [0x0001, 0x5455];
const DESCRIPTOR_FOLLOWS = 0x0008;
const DOS_DIRECTORY = 0x10;
const [FILE_TYPE, REGULAR] = [0o170000, 0o100000];
const IN_EXTRA_FIELD = 0xffffffff;

/** What is wrong with an entry, in words: things in which readers differ, and what is no plain file. */
export function entryOddities(entry: Entry, local: LocalFileHeader): string[] {
  return [
    ...(isSameFile(entry, local) ? [] : ['has a local header that says otherwise']),
    ...(isPlainFile(entry) ? [] : ['is no plain file']),
    ...(hasNothingElse(entry, local) ? [] : ['carries a comment or extra fields that bundles do not have']),
  ];
}

/** Whether sizes follow the data, where the header could not know them (APPNOTE 4.3.9). */
export const hasDescriptor = ({ generalPurposeBitFlag }: Entry): boolean =>
  (generalPurposeBitFlag & DESCRIPTOR_FOLLOWS) !== 0;

function isSameFile(entry: Entry, local: LocalFileHeader): boolean {
  const isSame = (said: number, is: number): boolean =>
    said === is || (hasDescriptor(entry) && said === 0) || (is >= IN_EXTRA_FIELD && said === IN_EXTRA_FIELD);
  return (
    local.fileName.equals(entry.fileNameRaw) &&
    local.compressionMethod === entry.compressionMethod &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    isSame(local.crc32, entry.crc32) &&
    isSame(local.compressedSize, entry.compressedSize) &&
    isSame(local.uncompressedSize, entry.uncompressedSize)
  );
}

/** A link or a folder, once unpacked, would be something else than the bytes that were verified. */
function isPlainFile({ externalFileAttributes: attributes }: Entry): boolean {
  const type = (attributes >>> 16) & FILE_TYPE;
  return (type === 0 || type === REGULAR) && (attributes & DOS_DIRECTORY) === 0;
}

const hasNothingElse = (
  { extraFields, fileCommentLength }: Entry,
  { extraField }: LocalFileHeader,
): boolean =>
  fileCommentLength === 0 &&
  [...extraFields, ...parseExtraFields(extraField)].every(({ id }) => EXTRA_FIELDS.includes(id));
