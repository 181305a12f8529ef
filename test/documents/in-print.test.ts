import { expect, test } from 'vitest';
import { isAllPrintable } from '../../src/documents/glyphs.ts';
import { inPrint } from '../../src/documents/in-print.ts';
import type { ReportDocument } from '../../src/documents/report-document.ts';

/** With the name wherever a report may have one. */
const reportOf = (name: string): ReportDocument => ({
  ...{ title: name, organisation: name, date: new Date('2026-01-02T03:04:05.000Z') },
  cover: [{ name, value: name }],
  summary: { text: name, facts: [{ name, value: name }] },
  sections: [
    {
      title: name,
      blocks: [
        { kind: 'paragraph', text: name },
        { kind: 'facts', facts: [{ name, value: name }] },
        { kind: 'table', caption: name, columns: [{ title: name }], rows: [[name]], empty: name, note: name },
        {
          kind: 'chart',
          caption: name,
          chart: { categories: [name], series: [{ name, values: [1] }], unit: name, stacked: false },
        },
      ],
    },
  ],
});

test('a report whose typeface has every character is printed as it is', () => {
  const report = reportOf('Łódź Data GmbH');
  expect(inPrint(report)).toBe(report);
});

test('characters that the typeface lacks stand as their numbers wherever a name may stand, and the report says so', () => {
  const { note, ...printed } = inPrint(reportOf('東京 K.K.'));
  expect(printed).toEqual(reportOf('‹U+6771 U+4EAC› K.K.'));
  expect(isAllPrintable(JSON.stringify(printed))).toBe(true);
  expect(note).toContain('Unicode numbers');
});
