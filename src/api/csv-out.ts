import { stringify } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';
import { sendBatches } from './ndjson-out.ts';

export const CSV_TYPE = 'text/csv';

/**
 * Answers with a header and one line an item (RFC 4180), pulled as fast as the client reads. A cell that a spreadsheet
 * would take for a formula is quoted with an apostrophe.
 */
export const sendCsv = <T extends object>(
  reply: FastifyReply,
  columns: readonly (keyof T & string)[],
  batches: AsyncIterable<readonly T[]>,
): Promise<FastifyReply> =>
  sendBatches(reply, `${CSV_TYPE}; charset=utf-8; header=present`, rowsOf(columns, batches), toLines);

type Cells = readonly string[];

async function* rowsOf<T extends object>(
  columns: readonly (keyof T & string)[],
  batches: AsyncIterable<readonly T[]>,
): AsyncGenerator<readonly Cells[]> {
  let header: readonly Cells[] = [columns];
  for await (const batch of batches) {
    yield [...header, ...batch.map(item => columns.map(column => cell(item[column])))];
    header = [];
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const toLines = (rows: readonly Cells[]): Buffer =>
  Buffer.from(
    stringify([...rows.map(row => [...row])], { escape_formulas: true, record_delimiter: 'windows' }),
  );
