import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { formatNumber, renderTable } from '../../src/cli/terminal/table.ts';
import { describeTarget, judge, ratioOf, type Line } from './line.ts';
import type { Scale } from './harness.ts';

const HEAD = ['what', 'measured', 'yardstick', 'ratio', 'target', 'met?'];

/** The table of ratios; notes stand below it. */
export function renderLines(lines: readonly Line[]): string {
  const rows = lines.map((line, index) => {
    const ratio = ratioOf(line);
    return [
      line.note === undefined ? line.what : `${line.what} [${index + 1}]`,
      line.measured === undefined ? '–' : `${formatNumber(line.measured)} ${line.unit}`,
      line.yardstick === undefined
        ? '–'
        : `${formatNumber(line.yardstick.value)} ${line.unit}\n${line.yardstick.what}`,
      ratio === undefined ? '–' : ratio.toFixed(2),
      describeTarget(line.target),
      judge(line),
    ];
  });
  const notes = lines.flatMap(({ note }, index) => (note === undefined ? [] : `[${index + 1}] ${note}`));
  return [renderTable(HEAD, rows), ...notes].join('\n');
}

/** The same as JSON, with what it was measured on. */
export async function writeResults(path: string, lines: readonly Line[], scale: Scale): Promise<void> {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
  const results = lines.map(line => ({ ...line, ratio: ratioOf(line), verdict: judge(line) }));
  await writeFile(
    path,
    `${JSON.stringify({ at: new Date().toISOString(), machine, scale, results }, null, 2)}\n`,
  );
}
