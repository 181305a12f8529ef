import { describe, expect, it } from 'vitest';
import { drawBars } from '../../src/documents/chart.ts';
import { renderPdf } from '../../src/documents/pdf.ts';
import type { ReportDocument } from '../../src/documents/report-document.ts';

const document = (rows: number): ReportDocument => ({
  title: 'Retention and erasure',
  organisation: 'Example Organisation',
  date: new Date('2026-01-02T03:04:05.000Z'),
  cover: [{ name: 'Report', value: '018f0000-0000-7000-8000-000000000000' }],
  summary: { text: 'Of 80 assets 2 are erased.', facts: [{ name: 'Assets', value: '80' }] },
  sections: [
    {
      title: 'Erasures',
      blocks: [
        { kind: 'paragraph', text: 'Month by month.' },
        { kind: 'chart', caption: 'Assets erased', chart },
        { kind: 'facts', facts: [{ name: 'Latest', value: '3 s' }] },
      ],
    },
    {
      title: 'Every asset',
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'Asset', weight: 2 },
            { title: 'Days', align: 'right' },
          ],
          rows: Array.from({ length: rows }, (_, index) => [
            `asset-${index}-${'x'.repeat(80)}`,
            String(index),
          ]),
          empty: 'There is none.',
          note: 'The first of many.',
        },
      ],
    },
  ],
});
const chart = {
  categories: ['2026-01', '2026-02'],
  series: [
    { name: 'user', values: [3, 4] },
    { name: 'schedule', values: [1, 0] },
  ],
  unit: 'assets',
  stacked: true,
};

const pagesOf = (pdf: Buffer): number =>
  Number(/\/Type \/Pages\s*\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1]);

describe('a typeset report', () => {
  it('is the same to the byte for the same document', async () => {
    const [first, second] = [await renderPdf(document(40)), await renderPdf(document(40))];
    expect(first.equals(second)).toBe(true);
  });

  it('says what it is in its metadata: title, author, language, the date of the document, tags', async () => {
    const text = (await renderPdf(document(1))).toString('latin1');
    expect(text).toMatch(/^%PDF-1\.7/);
    expect(text).toContain('(Retention and erasure)');
    expect(text).toContain('(Example Organisation)');
    expect(text).toContain('(D:20260102030405Z)');
    expect(text).toContain('/Lang (en)');
    expect(text).toContain('/MarkInfo');
  });

  it('embeds its fonts', async () => {
    const text = (await renderPdf(document(1))).toString('latin1');
    expect(text).toMatch(/\/FontFile2/);
    expect(text).toMatch(/\+Roboto-Regular/);
  });

  it('breaks a long table over pages', async () => {
    expect(pagesOf(await renderPdf(document(1)))).toBeLessThan(3);
    expect(pagesOf(await renderPdf(document(200)))).toBeGreaterThan(5);
  });

  it('takes a table without rows', async () => {
    expect(pagesOf(await renderPdf(document(0)))).toBeGreaterThan(0);
  });
});

describe('a chart', () => {
  it('is an SVG with a bar for each value, the same to the byte each time', () => {
    const svg = drawBars(chart);
    expect(svg).toBe(drawBars(chart));
    expect(svg).toContain('<svg');
    for (const name of ['2026-01', '2026-02', 'user', 'schedule', 'assets']) expect(svg).toContain(name);
  });
});
