import { Buffer } from 'node:buffer';
import { stringify } from 'csv-stringify/sync';

/**
 * A head and one record a row (RFC 4180, UTF-8); no piece without its first batch, so that a source fails before the
 * head. A text that a spreadsheet would take for a formula gets an apostrophe: what a user once typed is never run.
 */
export async function* csv(
  columns: readonly string[],
  batches: AsyncIterable<readonly object[]> | Iterable<readonly object[]>,
): AsyncGenerator<Buffer> {
  let head = [columns];
  for await (const batch of batches) {
    const records = [...head, ...batch.map(row => cells(columns, { ...row }))];
    head = [];
    if (records.length > 0) yield toBytes(records);
  }
  if (head.length > 0) yield toBytes(head);
}

type Cell = string | number;

const cells = (columns: readonly string[], row: Readonly<Record<string, unknown>>): Cell[] =>
  columns.map(column => cell(row[column]));

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

/** Any line break wants quotes, not only the one between records. */
const FORMAT = { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const;

const toBytes = (records: readonly (readonly Cell[])[]): Buffer =>
  Buffer.from(
    stringify(
      records.map(record => [...record]),
      FORMAT,
    ),
    'utf8',
  );
