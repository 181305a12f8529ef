import { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';

/** Hashes of a full tile, entries of a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** Levels of the tree that one level of tiles spans. */
export const TILE_HEIGHT = 8;
/** An entry's length has 16 bits. */
export const MAX_ENTRY_BYTES = 65_535;

const LENGTH_BYTES = 2;

/** A tile of hashes, or with level `entries` the bundle of the entries themselves. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 it is the right edge of a tree. */
  readonly width: number;
}

const PATH =
  /^(?<level>entries|\d|[1-5]\d|6[0-3])\/(?<index>(x\d{3}\/){0,4}\d{3})(\.p\/(?<width>[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?$/;

/** `<level>/<index>[.p/<width>]`, the index in elements of three digits, all but the last after an x. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const elements = padded.match(/\d{3}/g) ?? [];
  const place = elements
    .map((element, at) => (at === elements.length - 1 ? element : `x${element}`))
    .join('/');
  return `${level}/${place}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Undefined for what is no path of a tile, leading zeroes included. */
export function parseTilePath(path: string): Tile | undefined {
  const { level, index, width } = PATH.exec(path)?.groups ?? {};
  if (level === undefined || index === undefined) return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tilePath(tile) === path ? tile : undefined;
}

/** How many hashes the tile has in a tree of that size: 0 where it does not reach. */
export function widthIn(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Each entry after its length, 16 bits, most significant byte first. Throws `event-too-large`. */
export function encodeBundle(entries: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES)
      throw new LetheError('event-too-large', 'an entry exceeds 65,535 bytes');
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt16BE(entry.length);
    parts.push(length, entry);
  }
  return Buffer.concat(parts);
}

/** Throws `bundle-truncated` where the bytes end within an entry. */
export function decodeBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + LENGTH_BYTES;
    const end = start > bytes.length ? Infinity : start + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new LetheError('bundle-truncated', 'the entry bundle ends within an entry');
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  return entries;
}
