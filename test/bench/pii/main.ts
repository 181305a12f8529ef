import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { detectPii } from '../../../src/domain/pii/detect/detect-pii.ts';
import { CONFIDENT } from '../../../src/domain/pii/detect/finding.ts';
import { createDetectors } from '../../../src/platform/pii/detectors.ts';
import { percentile } from '../stats.ts';
import { LABELS, isLabel, type Label } from './labels.ts';
import { Scorer, type LabelledSpan, type Miss, type Score } from './score.ts';

const RESULTS = '.lethe/bench-pii';

const command = new Command('bench:pii')
  .description('precision, recall and F2 of PII detection on a labelled set, by span overlap; time a text')
  .option('--data <file>', 'labelled texts, one JSON a line', '../shared/data/pii/labelled.jsonl')
  .option('--half <half>', 'one or other: only half of the templates, to tune on one and look at the other')
  .option('--show', 'print the texts of what was missed, not only where', false)
  .parse();
const options = command.opts<{ data: string; half?: 'one' | 'other'; show: boolean }>();

const labelledText = z.object({
  text: z.string(),
  spans: z.array(z.object({ type: z.string(), start: z.int(), end: z.int() })),
  template: z.int(),
});

/** Texts of one template differ in their names only: a template is never in both halves. */
const halfOf = (template: number): 'one' | 'other' =>
  (createHash('sha256').update(`template ${template}`).digest()[0] ?? 0) % 2 === 0 ? 'one' : 'other';

const texts = (await readFile(options.data, 'utf8'))
  .split('\n')
  .filter(line => line !== '')
  .map(line => labelledText.parse(JSON.parse(line)))
  .filter(({ template }) => options.half === undefined || halfOf(template) === options.half);

const known = (spans: (typeof texts)[number]['spans']): LabelledSpan[] =>
  spans.flatMap(({ type, ...at }) => (isLabel(type) ? [{ type, ...at }] : []));
const unknown = new Set(
  texts.flatMap(({ spans }) => spans.map(({ type }) => type).filter(type => !isLabel(type))),
);

const detectors = await createDetectors();
for (const { text } of texts.slice(0, 100)) detectPii(text, { detectors });

const every = new Scorer();
const confident = new Scorer();
const times: number[] = [];
texts.forEach(({ text, spans }, index) => {
  const from = performance.now();
  const findings = detectPii(text, { detectors });
  times.push(performance.now() - from);
  every.add(index, known(spans), findings);
  confident.add(
    index,
    known(spans),
    findings.filter(({ confidence }) => confidence >= CONFIDENT),
  );
});

const rate = (value: number): string => value.toFixed(3);
const row = (name: string, score: Score): string[] => [
  name,
  `${score.labelled}`,
  rate(score.precision),
  rate(score.recall),
  rate(score.f2),
  `${score.labelled - score.found}`,
  `${score.findings - score.right}`,
];
const table = new Table({
  head: ['label', 'spans', 'precision', 'recall', 'F2', 'missed', 'wrong'],
  style: { head: [], border: [] },
});
const scores = [...every.scores()].sort(([one], [other]) => one.localeCompare(other));
for (const [label, score] of scores) table.push(row(label, score));
const isDirect = (label: Label): boolean => LABELS[label].isDirect;
const overall = {
  'all labels, every finding': every.overall(() => true),
  [`personal by itself, confidence ≥ ${CONFIDENT}`]: confident.overall(isDirect),
};
for (const [name, score] of Object.entries(overall)) table.push(row(name, score));
const time = {
  meanMs: times.reduce((sum, one) => sum + one, 0) / times.length,
  medianMs: percentile(times, 0.5),
  p99Ms: percentile(times, 0.99),
};

process.stdout.write(`${table.toString()}\n`);
process.stdout.write(
  `${texts.length} texts; a text takes ${time.meanMs.toFixed(2)} ms on average, ${time.medianMs.toFixed(2)} ms in the median, ${time.p99Ms.toFixed(2)} ms at the 99th percentile\n`,
);
if (unknown.size > 0)
  process.stdout.write(`labels that no category stands for: ${[...unknown].join(', ')}\n`);
if (every.unlabelled.size > 0) {
  const counts = [...every.unlabelled].map(([category, count]) => `${category} ${count}`);
  process.stdout.write(`found, but not labelled in this set: ${counts.join(', ')}\n`);
}

const shown = ({ text, start, end, ...miss }: Miss): string =>
  JSON.stringify({
    ...{ text, ...miss, start, end },
    ...(options.show && { span: texts[text]?.text.slice(start, end), in: texts[text]?.text }),
  });
await mkdir(RESULTS, { recursive: true });
await writeFile(join(RESULTS, 'misses.ndjson'), every.misses.map(miss => `${shown(miss)}\n`).join(''));
await writeFile(
  join(RESULTS, 'results.json'),
  `${JSON.stringify({ texts: texts.length, labels: Object.fromEntries(scores), overall, time }, null, 2)}\n`,
);
process.stdout.write(
  `misses in ${join(RESULTS, 'misses.ndjson')}, numbers in ${join(RESULTS, 'results.json')}\n`,
);
if (options.show) process.stdout.write(`${every.misses.map(shown).join('\n')}\n`);
