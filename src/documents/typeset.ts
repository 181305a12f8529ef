import type { Buffer } from 'node:buffer';
import pdfmake from 'pdfmake';
import type { Content } from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { factTable, section } from './blocks.ts';
import { inPrint, type Printed } from './in-print.ts';
import type { ReportDocument } from './report-document.ts';
import { COLOURS, DEFAULT_STYLE, FONTS, isFont, PAGE, STYLES, TEXT_WIDTH } from './style.ts';

pdfmake.setFonts(FONTS);
// Nothing is fetched: no address, and no file but the fonts.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy(isFont);

/** Least room under the title of a section and under a caption, in points: with less they go to the next page. */
const ROOM_UNDER: Readonly<Record<number, number>> = { 1: 110, 2: 60 };

/** The report typeset on A4. */
export function typeset(document: ReportDocument): Promise<Buffer> {
  return pdfmake.createPdf(definitionOf(document)).getBuffer();
}

function definitionOf(document: ReportDocument): TDocumentDefinitions {
  // The metadata hold any script; the pages what their typeface has glyphs for.
  const { title, organisation, date } = document;
  const printed = inPrint(document);
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
    content: [...firstPage(printed), ...printed.sections.flatMap(section), ...noteUnder(printed)],
    header: page => (page === 1 ? null : running(printed.title, printed.organisation)),
    footer: (page, pages) => running(reportLine(printed), `Page ${page} of ${pages}`),
    pageBreakBefore: ({ headlineLevel, startPosition: { pageInnerHeight, top } }) => {
      const needed = ROOM_UNDER[Number(headlineLevel)];
      return needed !== undefined && pageInnerHeight - top + PAGE.margins[1] < needed;
    },
  };
}

const noteUnder = ({ note }: Printed): Content[] =>
  note === undefined ? [] : [{ text: note, style: 'note', margin: [0, 8, 0, 0] }];

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
