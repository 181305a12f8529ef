/** Where the records of a small zip without zip64 stand (APPNOTE 4.3.7, 4.3.12, 4.3.16), for tests that forge them. */
export interface ZipRecords {
  readonly directory: number;
  /** Of the last record. */
  readonly end: number;
  readonly entries: readonly ZipRecord[];
}

export interface ZipRecord {
  readonly name: string;
  readonly central: number;
  readonly local: number;
  /** Of its packed bytes. */
  readonly data: number;
  readonly packed: number;
}

const [CENTRAL_BYTES, LOCAL_BYTES, LAST_BYTES] = [46, 30, 22];

export function recordsOf(zip: Buffer): ZipRecords {
  const end = zip.length - LAST_BYTES;
  const directory = zip.readUInt32LE(end + 16);
  const entries: ZipRecord[] = [];
  for (let at = directory; at < end;) {
    const [name, extra, comment] = [28, 30, 32].map(field => zip.readUInt16LE(at + field));
    const local = zip.readUInt32LE(at + 42);
    const data = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    entries.push({
      name: zip.toString('latin1', at + CENTRAL_BYTES, at + CENTRAL_BYTES + (name ?? 0)),
      ...{ central: at, local, data, packed: zip.readUInt32LE(at + 20) },
    });
    at += CENTRAL_BYTES + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return { directory, end, entries };
}

/** A change to a copy of the zip, told where the records of the named file are. */
export const forging =
  (name: string, change: (zip: Buffer, record: ZipRecord) => void) =>
  (zip: Buffer): Buffer => {
    const copy = Buffer.from(zip);
    const record = recordsOf(zip).entries.find(entry => entry.name === name);
    if (record === undefined) throw new RangeError(`the zip has no ${name}`);
    change(copy, record);
    return copy;
  };

/** Bytes put into the zip, with every offset behind them moved. */
export function inserted(zip: Buffer, at: number, bytes: Buffer): Buffer {
  const { directory, end, entries } = recordsOf(zip);
  const longer = Buffer.concat([zip.subarray(0, at), bytes, zip.subarray(at)]);
  const moved = (offset: number): number => (offset >= at ? offset + bytes.length : offset);
  for (const { central, local } of entries) longer.writeUInt32LE(moved(local), moved(central) + 42);
  longer.writeUInt32LE(moved(directory), moved(end) + 16);
  return longer;
}

/** The same zip with an extra field in the directory's record of a file. */
export function withExtraField(zip: Buffer, name: string, field: Buffer): Buffer {
  const { end, entries } = recordsOf(zip);
  const record = entries.find(entry => entry.name === name);
  if (record === undefined) throw new RangeError(`the zip has no ${name}`);
  const longer = inserted(zip, record.central + CENTRAL_BYTES + name.length, field);
  longer.writeUInt16LE(longer.readUInt16LE(record.central + 30) + field.length, record.central + 30);
  const size = end + field.length;
  longer.writeUInt32LE(longer.readUInt32LE(size + 12) + field.length, size + 12);
  return longer;
}

/** The same zip with a zip64 record that tells of a directory of no files, beside a last record that tells the truth. */
export function withOtherZip64(zip: Buffer): Buffer {
  const { directory, end, entries } = recordsOf(zip);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(entries.length), 24);
  record.writeBigUInt64LE(BigInt(entries.length), 32);
  record.writeBigUInt64LE(BigInt(end - directory), 40);
  record.writeBigUInt64LE(BigInt(directory), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50);
  locator.writeBigUInt64LE(BigInt(end), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(zip.subarray(end));
  last.writeUInt32LE(0, 16);
  return Buffer.concat([zip.subarray(0, end), record, locator, last]);
}
