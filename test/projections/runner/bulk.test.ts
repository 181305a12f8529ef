import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkRows, uuidArray } from '../../../src/projections/runner/bulk.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

interface Row {
  readonly text: string | null;
  readonly number: number | null;
  readonly flag: boolean;
  readonly ids: readonly string[] | null;
}

const rows = bulkRows<Row>([
  { name: 'text', type: 'text', value: row => row.text },
  { name: 'number', type: 'int8', value: row => row.number },
  { name: 'flag', type: 'bool', value: row => row.flag },
  { name: 'ids', type: 'uuid[]', value: row => (row.ids === null ? null : uuidArray(row.ids)) },
]);

const anyRow = fc.record({
  // PostgreSQL holds neither NUL nor half a surrogate pair.
  text: fc.option(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\u0000', ''))),
  number: fc.option(fc.maxSafeInteger()),
  flag: fc.boolean(),
  ids: fc.option(fc.array(fc.uuid(), { maxLength: 3 })),
});

test('whatever the rows hold, PostgreSQL reads back the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async written => {
      const { rows: read } = await ledger.writer.query<Row>(
        `select text, number, flag, ids::text[] as ids from (${rows.select}) r`,
        rows.values(written),
      );
      expect(read).toEqual(written);
    }),
    { numRuns: 60 },
  );
});

test('text that means something to an array literal stays text', async () => {
  const odd = [
    'NULL',
    'null',
    '',
    '{}',
    '{a,b}',
    'a,b',
    '"',
    '\\',
    '\\"',
    ' padded ',
    "'; drop table x; --",
    'line\nbreak',
  ];
  const written = odd.map(text => ({ text, number: 1, flag: true, ids: [] }));
  const { rows: read } = await ledger.writer.query<Row>(
    `select text from (${rows.select}) r`,
    rows.values(written),
  );
  expect(read.map(({ text }) => text)).toEqual(odd);
});
