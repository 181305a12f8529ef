import type { Content, CustomTableLayout, TableCell } from 'pdfmake';
import { drawBars } from './chart.ts';
import type { Block, Fact, Section, Table } from './report-document.ts';
import { COLOURS, TEXT_WIDTH } from './style.ts';

/** Horizontal rules only, a heavier one under the head. */
const RULED: CustomTableLayout = {
  hLineWidth: (line, node) => (line === (node.table.headerRows ?? 0) ? 0.8 : line === 0 ? 0 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line, node) => (line === (node.table.headerRows ?? 0) ? COLOURS.ink : COLOURS.rule),
  paddingLeft: column => (column === 0 ? 0 : 5),
  paddingRight: () => 5,
  paddingTop: () => 3,
  paddingBottom: () => 3,
};

/** Long identifiers have neither spaces nor hyphens to break at: room to break is made behind every few characters. */
const breakable = (text: string): string => text.replace(/[^\s\u200B-]{24}/g, run => `${run}\u200B`);

export function factTable(facts: readonly Fact[]): Content {
  return {
    table: {
      widths: [150, '*'],
      body: facts.map(({ name, value }) => [{ text: name, style: 'name' }, { text: breakable(value) }]),
      dontBreakRows: true,
    },
    layout: {
      ...RULED,
      hLineWidth: (line, node) => (line === 0 || line === node.table.body.length ? 0 : 0.4),
      hLineColor: () => COLOURS.rule,
    },
    margin: [0, 2, 0, 8],
  };
}

function dataTable(given: Table): Content {
  const { caption, rows, empty } = given;
  const body: Content =
    rows.length === 0 ? { text: empty, style: 'note', margin: [0, 2, 0, 8] } : ruledTable(given);
  if (caption === undefined) return body;
  return [{ text: caption, style: 'head', headlineLevel: 2, margin: [0, 4, 0, 2] }, body];
}

function ruledTable({ columns, rows, note }: Table): Content {
  const weights = columns.map(({ weight = 1 }) => weight);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const padding = columns.length * 10 - 5;
  const cells = (texts: readonly string[], style: string): TableCell[] =>
    columns.map(({ align = 'left' }, index) => ({
      text: breakable(texts[index] ?? ''),
      alignment: align,
      style,
    }));
  const head = cells(
    columns.map(({ title }) => title),
    'head',
  );
  return {
    stack: [
      {
        table: {
          headerRows: 1,
          // The head never stands alone at the foot of a page.
          keepWithHeaderRows: 1,
          dontBreakRows: true,
          widths: weights.map(weight => ((TEXT_WIDTH - padding) * weight) / whole),
          body: [head, ...rows.map(row => cells(row, 'cell'))],
        },
        layout: RULED,
      },
      ...(note === undefined
        ? []
        : [{ text: note, style: 'note', margin: [0, 4, 0, 0] as [number, number, number, number] }]),
    ],
    margin: [0, 2, 0, 10],
  };
}

function block(given: Block): Content {
  switch (given.kind) {
    case 'paragraph':
      return { text: given.text, margin: [0, 0, 0, 6] };
    case 'facts':
      return factTable(given.facts);
    case 'table':
      return dataTable(given);
    case 'chart':
      return {
        stack: [
          { text: given.caption, style: 'head', margin: [0, 4, 0, 2] },
          { svg: drawBars(given.chart), width: TEXT_WIDTH },
        ],
        unbreakable: true,
        margin: [0, 0, 0, 8],
      };
  }
}

/** A numbered section; its title stays with what follows. */
export function section({ title, blocks }: Section, index: number): Content[] {
  const [first, ...rest] = blocks.map(block);
  const heading: Content = { text: `${index + 1}  ${title}`, style: 'section', headlineLevel: 1 };
  return first === undefined ? [heading] : [heading, first, ...rest];
}
