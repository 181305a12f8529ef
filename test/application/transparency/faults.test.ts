import { expect, test } from 'vitest';
import type { Notary } from '../../../src/application/transparency/notary.ts';
import type { TreeStore } from '../../../src/domain/ports/tree-store.ts';
import { TENANT } from '../../contract/event-log-fixtures.ts';
import { createFaultyFiles } from '../../platform/keystore/faulty-files.ts';
import { createRig, holding, published, verifyWholeTree, type Rig } from './rig.ts';

/** not-stored: the write fails and nothing happened · stored: it happened, and the caller isn't told. */
const FAULTS = ['not-stored', 'stored'] as const;
type Fault = (typeof FAULTS)[number];

/** The store, with one of its writes failing once. */
function failingOnce(trees: TreeStore, write: 'extend' | 'publish', fault: Fault): TreeStore {
  let failed = false;
  const failing = async <T>(run: () => Promise<T>): Promise<T> => {
    if (failed) return run();
    failed = true;
    if (fault === 'stored') await run();
    throw new Error('injected fault');
  };
  return {
    ...trees,
    ...(write === 'extend'
      ? { extend: extension => failing(() => trees.extend(extension)) }
      : { publish: (tenant, checkpoint) => failing(() => trees.publish(tenant, checkpoint)) }),
  };
}

/** A round of the notary, as its workers run it: what fails is tried again with the next. */
async function round(notary: Notary): Promise<void> {
  await notary.catchUp();
  await notary.signAll();
}

async function failedRound(notary: Notary): Promise<unknown> {
  try {
    await round(notary);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function withTree(body: (rig: Rig) => Promise<void>, rig: Rig): Promise<void> {
  try {
    await rig.append(300);
    await round(rig.notary());
    await rig.append(300);
    rig.clock.advance(1_000);
    await body(rig);
    rig.clock.advance(1_000);
    await round(rig.notary());
    await verifyWholeTree(rig);
    expect((await published(rig))?.size).toBe(600);
    expect(rig.refused).toEqual([]);
  } finally {
    await rig.close();
  }
}

test.each(['extend', 'publish'] as const)(
  '%s fails, not stored or stored anyway: the tree ends whole and published',
  async write => {
    for (const fault of FAULTS) {
      await withTree(
        async rig => {
          const error = await failedRound(rig.notary({ trees: failingOnce(rig.trees, write, fault) }));
          expect(error).toMatchObject({ message: 'injected fault' });
          const sizes = {
            extend: { 'not-stored': 300, stored: 600 },
            publish: { 'not-stored': 600, stored: 600 },
          };
          expect((await rig.trees.state(TENANT))?.size).toBe(sizes[write][fault]);
          expect((await published(rig))?.size).toBe(write === 'publish' && fault === 'stored' ? 600 : 300);
        },
        await createRig(),
      );
    }
  },
);

const KEEP_STEPS = 4;

test.each(Array.from({ length: KEEP_STEPS }, (_, n) => n + 1))(
  'step %i of keeping the checkpoint fails: nothing is published that is not kept, and the next round goes on',
  async step => {
    for (const fault of ['not-stored', 'half', 'stored'] as const) {
      const faulty = createFaultyFiles();
      await withTree(
        async rig => {
          faulty.arm(step, fault);
          expect(await failedRound(rig.notary())).toMatchObject({ message: 'injected fault' });
          faulty.disarm();
          expect((await published(rig))?.size).toBe(300);
          expect(await rig.keeper.read(TENANT)).toMatch(/^log\.test\/.*\n(300|600)\n/);
        },
        await createRig(faulty.files),
      );
    }
  },
);

test('keeping a checkpoint takes exactly the steps that are failed above', async () => {
  const faulty = createFaultyFiles();
  const rig = await createRig(faulty.files);
  faulty.disarm();
  await rig.keeper.keep(TENANT, 'note', holding);
  expect(faulty.steps()).toBe(KEEP_STEPS);
  await rig.close();
});
