import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/cli/simulate/random.ts';
import type { TestService } from '../../support/service.ts';
import type { Cluster } from './cluster.ts';

/** Something that befalls a cluster, and what a supervisor or a network then does about it. */
export type ClusterFault = (cluster: Cluster, random: Random) => Promise<void>;

/** Longer than a request takes. */
const STANDSTILL_MS = 1_500;

async function restart(node: TestService): Promise<void> {
  await node.kill();
  await node.start();
}

async function standStill(node: TestService): Promise<void> {
  node.freeze();
  await delay(STANDSTILL_MS);
  node.thaw();
}

function atOnce(act: () => void): Promise<void> {
  act();
  return Promise.resolve();
}

/** Those that come in any order, under the names that docs/reliability.md has for them. */
export const CLUSTER_FAULTS: Readonly<Record<string, ClusterFault>> = {
  'api-killed': ({ apis }, random) => restart(random.pick(apis)),
  'worker-killed': ({ workers }, random) => restart(random.pick(workers)),
  'postgres-killed': async ({ postgres }) => {
    await postgres.kill();
    await postgres.start();
  },
  'api-frozen': ({ apis }, random) => standStill(random.pick(apis)),
  'worker-frozen': ({ workers }, random) => standStill(random.pick(workers)),
  'database-connections-cut': ({ postgres }) => atOnce(() => postgres.proxy.cut()),
  'database-answers-cut': ({ postgres }) => atOnce(() => postgres.proxy.cutHalfway()),
  'client-answers-cut': ({ fronts }) => atOnce(() => fronts.forEach(front => front.cutHalfway())),
};

/** As long as it is full nothing is taken; what was taken before stays. */
export async function fillDisk({ postgres }: Cluster, untilRefused: () => Promise<void>): Promise<void> {
  const makeRoom = await postgres.fillDisk();
  try {
    await untilRefused();
  } finally {
    await makeRoom();
  }
  await postgres.startIfGone();
}
