/**
 * PostgreSQL's binary format of one-dimensional arrays: dimensions, null flag, element type; size and lower bound; then
 * each element as its length and bytes, -1 for NULL. Bytes reach the server as they are: text would double them (hex).
 */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
const UUID_BYTES = 16;

const OID = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const;

function header(oid: number, length: number, elementBytes: number, hasNull: boolean): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + length * LENGTH_BYTES + elementBytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(hasNull ? 1 : 0, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16);
  return array;
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += value?.length ?? 0;
  const array = header(OID.bytea, values.length, bytes, values.includes(null));
  let at = HEADER_BYTES;
  for (const value of values) {
    at = array.writeInt32BE(value?.length ?? NULL_LENGTH, at);
    if (value !== null) at += value.copy(array, at);
  }
  return array;
}

export function textArray(values: readonly string[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += Buffer.byteLength(value, 'utf8');
  const array = header(OID.text, values.length, bytes, false);
  let at = HEADER_BYTES;
  for (const value of values) {
    const written = array.write(value, at + LENGTH_BYTES, 'utf8');
    at = array.writeInt32BE(written, at) + written;
  }
  return array;
}

export function int4Array(values: readonly number[]): Buffer {
  const array = header(OID.int4, values.length, values.length * LENGTH_BYTES, false);
  let at = HEADER_BYTES;
  for (const value of values) at = array.writeInt32BE(value, array.writeInt32BE(LENGTH_BYTES, at));
  return array;
}

/** `values` in the canonical text form, either case. */
export function uuidArray(values: readonly string[]): Buffer {
  const array = header(OID.uuid, values.length, values.length * UUID_BYTES, false);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = array.writeInt32BE(UUID_BYTES, at);
    at += array.write(value.replaceAll('-', ''), at, 'hex');
  }
  return array;
}

/** Text form of an array whose elements (UUIDs, instants) need no quoting and may be NULL. */
export const plainArray = (values: readonly (string | null | undefined)[]): string =>
  `{${values.map(value => value ?? 'NULL').join(',')}}`;
