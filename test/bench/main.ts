import { Command } from 'commander';
import { FULL, QUICK, runBenchmark, type Benchmark } from './harness.ts';
import type { Line } from './line.ts';
import { renderLines, writeResults } from './report.ts';
import { abuse } from './rows/abuse.ts';
import { audit } from './rows/audit.ts';
import { bulkIngest } from './rows/bulk-ingest.ts';
import { bundle } from './rows/bundle.ts';
import { catchUp } from './rows/catch-up.ts';
import { deletion } from './rows/deletion.ts';
import { epoch } from './rows/epoch.ts';
import { erasing } from './rows/erasing.ts';
import { eventStore } from './rows/eventstore.ts';
import { kafkaIn } from './rows/kafka-in.ts';
import { kafkaOut } from './rows/kafka-out.ts';
import { kmsCalls } from './rows/kms-calls.ts';
import { memory } from './rows/memory.ts';
import { notary } from './rows/notary.ts';
import { processes } from './rows/processes.ts';
import { proof } from './rows/proof.ts';
import { rules } from './rows/rules.ts';
import { singleEvents } from './rows/single-events.ts';
import { start } from './rows/start.ts';
import { userView } from './rows/user-view.ts';
import { verify } from './rows/verify.ts';

const BENCHMARKS: readonly Benchmark[] = [
  bulkIngest,
  singleEvents,
  processes,
  catchUp,
  userView,
  audit,
  abuse,
  rules,
  deletion,
  erasing,
  epoch,
  eventStore,
  kmsCalls,
  notary,
  proof,
  bundle,
  kafkaIn,
  kafkaOut,
  memory,
  start,
  verify,
];
const RESULTS = 'bench-results.json';

const command = new Command('bench')
  .description('measures the service beside its yardsticks; writes a table and bench-results.json')
  .option('--only <names>', `comma-separated, of: ${BENCHMARKS.map(({ name }) => name).join(', ')}`)
  .option('--quick', 'small sizes, to try the harness out: no evidence', false)
  .parse();
const options = command.opts<{ only?: string; quick: boolean }>();

const wanted = options.only?.split(',');
const unknown = wanted?.filter(name => !BENCHMARKS.some(benchmark => benchmark.name === name)) ?? [];
if (unknown.length > 0) command.error(`no such benchmark: ${unknown.join(', ')}`);

const scale = options.quick ? QUICK : FULL;
const lines: Line[] = [];
for (const benchmark of BENCHMARKS.filter(({ name }) => wanted?.includes(name) ?? true)) {
  process.stderr.write(`${benchmark.name} …\n`);
  lines.push(...(await runBenchmark(benchmark, scale)));
}
process.stdout.write(`${renderLines(lines)}\n`);
await writeResults(RESULTS, lines, scale);
