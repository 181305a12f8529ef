import { Buffer } from 'node:buffer';

/** RFC 4180. Batches become one piece each. */
export async function* csv(
  columns: readonly string[],
  batches: AsyncIterable<readonly object[]>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(line(columns), 'utf8');
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield Buffer.from(batch.map(row => line(cells(columns, { ...row }))).join(''), 'utf8');
  }
}

const line = (texts: readonly string[]): string => `${texts.join(',')}\r\n`;

const cells = (columns: readonly string[], row: Readonly<Record<string, unknown>>): string[] =>
  columns.map(column => cell(row[column]));

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return quoted(harmless(value));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return quoted(JSON.stringify(value));
}

const NEEDS_QUOTES = /[",\r\n]/;
const quoted = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a spreadsheet would take for a formula, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** An apostrophe in front: what a user once typed is never run by whoever opens the file. */
const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
