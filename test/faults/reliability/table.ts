import { z } from 'zod';
import { CATALOGUE, type Row } from './catalogue.ts';

const BEGIN = '<!-- written by `npm run reliability` -->';
const SUMMARY = 'History checker, last run: ';
const NOT_RUN = 'not run yet';
const END = '<!-- until here -->';

/** What is read of the report that vitest's JSON reporter writes. */
export const runReport = z.object({
  startTime: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.looseObject({
            measured: z.object({ recoveredMs: z.number(), operations: z.int() }).optional(),
          }),
        }),
      ),
    }),
  ),
});
export type RunReport = z.infer<typeof runReport>;

export interface Run {
  readonly report: RunReport;
  readonly seed: string;
  /** How long faults came by chance. */
  readonly seconds: number;
}

/** The text with its table replaced by that of the run; what the run left out keeps the line that it had. */
export function withTable(text: string, run: Run): string {
  const [before, rest] = text.split(BEGIN);
  const [old, after] = rest?.split(END) ?? [];
  if (before === undefined || old === undefined || after === undefined)
    throw new Error('there is no place for the table');
  return `${before}${BEGIN}\n\n${tableOf(run, old)}\n\n${END}${after}`;
}

function tableOf(run: Run, old: string): string {
  const sections = Object.entries(CATALOGUE).map(([topic, rows]) =>
    [
      `### ${topic}`,
      '',
      '| fault | beside what holds for all | within | measured | tests |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(row => lineOf(row, run) ?? keptLine(row, old)),
    ].join('\n'),
  );
  return [summaryOf(run) ?? keptSummary(old), ...sections].join('\n\n');
}

const lineWith = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Undefined where the run had none of its tests. */
function lineOf(row: Row, { report }: Run): string | undefined {
  const tests = testsOf(row, report).filter(({ status }) => status !== 'skipped');
  if (tests.length === 0) return undefined;
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const slowest = Math.max(...tests.map(({ meta }) => meta.measured?.recoveredMs ?? -1));
  const measured = slowest < 0 ? '' : `${(slowest / 1_000).toFixed(1)} s`;
  const outcome = `${passed} of ${tests.length} passed, ${dayOf(report)}`;
  return lineWith(row.fault, row.then, row.within, measured, outcome);
}

function keptLine({ fault, then, within }: Row, old: string): string {
  const cells = old.split('\n').map(line => line.split('|').map(cell => cell.trim()));
  const [, , , , measured = '', outcome = NOT_RUN] = cells.find(([, first]) => first === fault) ?? [];
  return lineWith(fault, then, within, measured, outcome);
}

const testsOf = ({ file, tests }: Row, { testResults }: RunReport) =>
  testResults
    .filter(({ name }) => name.endsWith(file))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(tests));

const dayOf = ({ startTime }: RunReport): string => new Date(startTime).toISOString().slice(0, 10);

/** Undefined where nothing was recorded for the history checker. */
function summaryOf({ report, seed, seconds }: Run): string | undefined {
  const measured = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ meta }) => meta.measured ?? []);
  if (measured.length === 0) return undefined;
  const checked = Math.max(...measured.map(one => one.operations)).toLocaleString('en-GB');
  return `${SUMMARY}${dayOf(report)}: ${seconds} s of faults by chance from seed ${seed}; ${checked} operations recorded and held to the log.`;
}

const keptSummary = (old: string): string =>
  old.split('\n').find(line => line.startsWith(SUMMARY)) ?? `${SUMMARY}none yet.`;
