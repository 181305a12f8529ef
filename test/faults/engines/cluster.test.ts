import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import '../reliability/measured.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { CLUSTER_FAULTS, fillDisk } from './faults.ts';
import { recordOn, type Recorded } from './recorded.ts';

const SEED = process.env['LETHE_FAULTS_SEED'] ?? '1';
const RANDOM_MS = Number(process.env['LETHE_FAULTS_SECONDS'] ?? '30') * 1_000;
const MEAN_GAP_MS = 1_000;
const NAMES = Object.keys(CLUSTER_FAULTS);

let cluster: Cluster | undefined;
let recorded: Recorded;
const random = createRandom(SEED, 'faults');

beforeAll(async () => {
  cluster = await startCluster();
  recorded = await recordOn(cluster, SEED);
}, 120_000);
afterAll(() => cluster?.destroy());

const present = (): Cluster => cluster ?? expect.fail('the cluster was not started');

const befall = (name: string): Promise<void> =>
  CLUSTER_FAULTS[name]?.(present(), random) ?? expect.fail(`no such fault: ${name}`);

/** Nothing lost, doubled, reordered, shown too long, erased too early or not at all. */
async function comesThrough(
  { task }: TestContext,
  faults: (untilRefused: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const recoveredMs = await recorded.under(faults);
  expect(await recorded.anomalies()).toEqual([]);
  task.meta.measured = { recoveredMs, operations: recorded.operations.length };
}

describe('two API processes and two with workers, under load', { timeout: 180_000 }, () => {
  it.for(NAMES)('come through: %s', (name, context) => comesThrough(context, () => befall(name)));

  it('come through: disk-full', async context => {
    if (!present().postgres.hasOwnDisk) context.skip('no right to mount a disk that can be filled');
    await comesThrough(context, untilRefused => fillDisk(present(), untilRefused));
  });

  it(
    'come through: faults by chance',
    context =>
      comesThrough(context, async () => {
        for (const end = performance.now() + RANDOM_MS; performance.now() < end;) {
          await befall(random.pick(NAMES));
          await delay(random.exponential(MEAN_GAP_MS));
        }
      }),
    RANDOM_MS + 180_000,
  );

  it('have left nothing of it in clear, in any table, file or line of a log', async () => {
    expect(await recorded.findings()).toEqual([]);
  });
});
