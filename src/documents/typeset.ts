import type { Buffer } from 'node:buffer';
import pdfmake from 'pdfmake';
import type { Content } from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { factTable, section } from './blocks.ts';
import type { ReportDocument } from './report-document.ts';
import { COLOURS, DEFAULT_STYLE, FONTS, isFont, PAGE, STYLES, TEXT_WIDTH } from './style.ts';

pdfmake.setFonts(FONTS);
// Nothing is fetched: no address, and no file but the fonts.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy(isFont);

/** Least room under a section's title, in points: with less it goes to the next page. */
const ROOM_FOR_SECTION = 110;

/** The report typeset on A4. */
export function typeset(document: ReportDocument): Promise<Buffer> {
  return pdfmake.createPdf(definitionOf(document)).getBuffer();
}

function definitionOf(document: ReportDocument): TDocumentDefinitions {
  const { title, organisation, date, sections } = document;
  return {
    pageSize: 'A4',
    pageMargins: [...PAGE.margins],
    version: '1.7',
    language: 'en',
    tagged: true,
    displayTitle: true,
    info: {
      title,
      author: organisation,
      subject: title,
      creator: 'Lethe',
      producer: 'Lethe',
      creationDate: date,
      modDate: date,
    },
    defaultStyle: DEFAULT_STYLE,
    styles: STYLES,
    content: [...firstPage(document), ...sections.flatMap(section)],
    header: page => (page === 1 ? null : running(title, organisation)),
    footer: (page, pages) => running(reportLine(document), `Page ${page} of ${pages}`),
    pageBreakBefore: node =>
      node.headlineLevel === 1 &&
      node.startPosition.pageInnerHeight - node.startPosition.top + PAGE.margins[1] < ROOM_FOR_SECTION,
  };
}

const reportLine = ({ cover }: ReportDocument): string =>
  cover.flatMap(({ name, value }) => (name === 'Report' ? [`Report ${value}`] : [])).join('');

const running = (left: string, right: string): Content => ({
  columns: [
    { text: left, style: 'running' },
    { text: right, style: 'running', alignment: 'right', width: 'auto' },
  ],
  columnGap: 12,
  margin: [PAGE.margins[0], 30, PAGE.margins[2], 0],
});

function firstPage({ title, organisation, cover, summary }: ReportDocument): Content[] {
  return [
    { text: organisation, style: 'organisation' },
    { text: title, style: 'title', margin: [0, 2, 0, 8] },
    {
      canvas: [
        { type: 'line', x1: 0, y1: 0, x2: TEXT_WIDTH, y2: 0, lineWidth: 1.2, lineColor: COLOURS.accent },
      ],
      margin: [0, 0, 0, 6],
    },
    factTable(cover),
    { text: 'Summary', style: 'section' },
    { text: summary.text, style: 'lead', margin: [0, 0, 0, 8] },
    factTable(summary.facts),
  ];
}
