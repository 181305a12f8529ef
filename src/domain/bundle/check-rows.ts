import type { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { BundleFiles } from './bundle-files.ts';
import type { FindingCode, Findings } from './findings.ts';
import { linesOf } from './lines.ts';
import { reportLineFault, type LogEvents } from './log-events.ts';
import { parseJson } from './strict-json.ts';

/** A row holds a user's content at most: some hundred thousand characters, escaped. */
const MOST_ROW_BYTES = 4 * 1024 * 1024;

/** A row with an `index` speaks of that leaf; what else it holds is not looked at. */
const row = z.looseObject({
  index: z.int().min(0).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  type: z.string().optional(),
  action: z.string().optional(),
});
/** The files whose rows can name an event. */
export const rowFiles = (files: BundleFiles): readonly string[] =>
  files.paths().filter(path => path.startsWith('data/') && path.endsWith('.ndjson'));

/** Holds the rows of one file against the events of the bundle; how many of them name one. */
export async function checkRows(
  path: string,
  files: BundleFiles,
  events: LogEvents,
  findings: Findings,
): Promise<number> {
  let [named, line] = [0, 0];
  const stream = files.stream(path);
  if (stream === undefined) return 0;
  for await (const lines of linesOf(
    stream,
    MOST_ROW_BYTES,
    reportLineFault(path, findings, 'row-malformed'),
  )) {
    for (const bytes of lines) {
      line++;
      if (
        checkRow(bytes, events, (code, message, leaf) => findings.add(path, code, message, { line, ...leaf }))
      ) {
        named++;
      }
    }
  }
  return named;
}

type Report = (
  code: Extract<FindingCode, `row-${string}`>,
  message: string,
  place?: { readonly leaf: number },
) => void;

function checkRow(bytes: Buffer, events: LogEvents, report: Report): boolean {
  const parsed = row.safeParse(parseJson(bytes)?.value);
  if (!parsed.success) {
    report('row-malformed', 'is not a JSON object, or speaks of its event in another form');
    return false;
  }
  const { index: leaf, time, type, action } = parsed.data;
  if (leaf === undefined) return false;
  const facts = events.factsOf(leaf);
  if (facts === undefined) {
    report('row-unproven', `speaks of leaf ${leaf}, which the bundle does not hold`, { leaf });
    return true;
  }
  const isSameType = (type ?? action ?? facts.type) === facts.type;
  if (!isSameType || (time !== undefined && Date.parse(time) !== facts.time)) {
    report('row-differs', `says another type or time than the event at leaf ${leaf}`, { leaf });
  }
  return true;
}
