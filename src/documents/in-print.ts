import { isAllPrintable, printable } from './glyphs.ts';
import type { ReportDocument } from './report-document.ts';

/** A report in characters that its typeface has. */
export interface Printed extends ReportDocument {
  /** Says how the others are printed; only where there are some. */
  readonly note?: string;
}

const NOTE =
  'Characters that the typeface of this document lacks are printed as their Unicode numbers, ‹U+…›. ' +
  'The data of the report hold every name as it is written.';

/** Every text of the report as it can be printed, wherever a name may stand. */
export function inPrint(document: ReportDocument): Printed {
  const text = JSON.stringify(document);
  if (isAllPrintable(text)) return document;
  const printed = JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  ) as ReportDocument;
  return { ...printed, date: document.date, note: NOTE };
}
