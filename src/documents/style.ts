import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Style } from 'pdfmake';

/** Sober enough for a court: black on white, one dark blue, greys. */
export const COLOURS = {
  ink: '#1b1f24',
  quiet: '#5b6470',
  rule: '#c8ced6',
  band: '#f3f5f8',
  accent: '#1f3f66',
  series: ['#1f3f66', '#8aa4c4', '#b9832f', '#6b7685', '#4f7a62', '#a65a52'],
} as const;

/** A4 in points, with room for a binding. */
export const PAGE = { width: 595.28, margins: [62, 68, 54, 62] } as const;
export const TEXT_WIDTH = PAGE.width - PAGE.margins[0] - PAGE.margins[2];

const FONT_FOLDER = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts');

/** Roboto (Apache-2.0), embedded as a subset. */
export const FONTS = {
  Roboto: {
    normal: join(FONT_FOLDER, 'Roboto', 'Roboto-Regular.ttf'),
    bold: join(FONT_FOLDER, 'Roboto', 'Roboto-Medium.ttf'),
    italics: join(FONT_FOLDER, 'Roboto', 'Roboto-Italic.ttf'),
    bolditalics: join(FONT_FOLDER, 'Roboto', 'Roboto-MediumItalic.ttf'),
  },
};
export const isFont = (path: string): boolean => path.startsWith(FONT_FOLDER);

export const DEFAULT_STYLE: Style = { font: 'Roboto', fontSize: 9.5, lineHeight: 1.25, color: COLOURS.ink };

export const STYLES = {
  title: { fontSize: 19, bold: true, lineHeight: 1.1, color: COLOURS.accent },
  organisation: { fontSize: 12, color: COLOURS.quiet },
  section: { fontSize: 13, bold: true, color: COLOURS.accent, margin: [0, 16, 0, 6] },
  lead: { fontSize: 11, lineHeight: 1.35 },
  name: { color: COLOURS.quiet },
  head: { bold: true, fontSize: 8.5, color: COLOURS.ink },
  cell: { fontSize: 8.5 },
  note: { fontSize: 8, color: COLOURS.quiet, italics: true },
  running: { fontSize: 7.5, color: COLOURS.quiet },
} satisfies Record<string, Style>;
