import type { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { FONTS } from './style.ts';

/** What stands in a PDF for characters that its typeface lacks: their Unicode numbers, since an empty box says nothing. */
const inNumbers = (characters: string): string =>
  `‹${Array.from(characters, character => `U+${codePoint(character).toString(16).toUpperCase()}`).join(' ')}›`;

/** The text as the typeface can print it. Exact: each character that it lacks is still told from every other. */
export function printable(text: string): string {
  let printed = '';
  let missing = '';
  for (const character of text) {
    if (isPrintable(character)) {
      printed += missing === '' ? character : `${inNumbers(missing)}${character}`;
      missing = '';
    } else {
      missing += character;
    }
  }
  return missing === '' ? printed : `${printed}${inNumbers(missing)}`;
}

export const isAllPrintable = (text: string): boolean => Array.from(text).every(isPrintable);

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

/** Line ends and the like are no matter of glyphs. */
const isPrintable = (character: string): boolean =>
  codePoint(character) < 0x20 || coverage().has(codePoint(character));

let covered: ReadonlySet<number> | undefined;
const coverage = (): ReadonlySet<number> => (covered ??= codePointsOf(readFileSync(FONTS.Roboto.normal)));

/** The characters that a TrueType font has glyphs for, by its table `cmap`, format 4 (OpenType 1.9, “cmap”). */
export function codePointsOf(font: Buffer): ReadonlySet<number> {
  const map = font.subarray(subtableAt(font));
  const segments = map.readUInt16BE(6) / 2;
  const entry = (array: number, segment: number): number => 14 + 2 * (array * segments + segment);
  const found = new Set<number>();
  for (let segment = 0; segment < segments; segment++) {
    const end = map.readUInt16BE(entry(0, segment));
    // A reserved word stands between the ends and the starts.
    const start = map.readUInt16BE(entry(1, segment) + 2);
    const delta = map.readUInt16BE(entry(2, segment) + 2);
    const rangeAt = entry(3, segment) + 2;
    const range = map.readUInt16BE(rangeAt);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const glyph = range === 0 ? code + delta : map.readUInt16BE(rangeAt + range + 2 * (code - start));
      if ((glyph & 0xffff) !== 0) found.add(code);
    }
  }
  return found;
}

/** Where the subtable for Unicode (platform 3, encoding 1) begins. */
function subtableAt(font: Buffer): number {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, index) => 12 + 16 * index);
  const record = tables.find(at => font.toString('latin1', at, at + 4) === 'cmap');
  if (record === undefined) throw new Error('the font has no table cmap');
  const cmap = font.readUInt32BE(record + 8);
  const encodings = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, index) => cmap + 4 + 8 * index);
  const unicode = encodings.find(at => font.readUInt32BE(at) === 0x0003_0001);
  if (unicode === undefined) throw new Error('the font has no Unicode subtable');
  const at = cmap + font.readUInt32BE(unicode + 4);
  if (font.readUInt16BE(at) !== 4) throw new Error('the Unicode subtable of the font is not of format 4');
  return at;
}
