import { hash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

/** A downloaded bundle, read by its central directory (APPNOTE 4.3.12), by a reader that shares nothing with the service. */
export interface OpenBundle {
  readonly paths: readonly string[];
  bytes(path: string): Buffer;
  text(path: string): string;
  json(path: string): unknown;
  lines(path: string): unknown[];
}

const CENTRAL = 0x02014b50;
const END = 0x06054b50;

export function openBundle(zip: Buffer): OpenBundle {
  const files = new Map<string, Buffer>();
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error('no end of the central directory');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error('no entry of the central directory');
    const [name, extra, comment] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    files.set(zip.toString('utf8', at + 46, at + 46 + name), contentAt(zip, at));
    at += 46 + name + extra + comment;
  }
  const bytes = (path: string): Buffer => {
    const found = files.get(path);
    if (found === undefined) throw new Error(`${path} is not in the bundle`);
    return found;
  };
  const text = (path: string): string => bytes(path).toString('utf8');
  return {
    paths: [...files.keys()],
    bytes,
    text,
    json: path => JSON.parse(text(path)) as unknown,
    lines: path =>
      text(path)
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as unknown),
  };
}

function contentAt(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const packed = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(start, start + packed);
  return method === 0 ? bytes : inflateRawSync(bytes);
}

export const sha256 = (bytes: Buffer): string => hash('sha256', bytes, 'hex');
