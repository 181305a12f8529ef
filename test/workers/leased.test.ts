import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { showLease } from '../../src/cli/lease-gauges.ts';
import type { Leases } from '../../src/domain/ports/leases.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createLeased } from '../../src/workers/leased.ts';
import { createLoop, type Worker } from '../../src/workers/loop.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const metrics = createMetrics({ ofProcess: false });
const shown = async (): Promise<string> => metrics.registry.metrics();
let worker: Worker | undefined;
afterEach(async () => worker?.stop());

/** One lease, which goes to another process when the test says so. */
function oneLease(): { readonly leases: Leases; readonly take: () => void } {
  const away = new AbortController();
  const leases: Leases = {
    run: async (_, work) => {
      if (away.signal.aborted) return false;
      await work({ check: () => Promise.resolve(), lost: away.signal });
      return true;
    },
  };
  return { leases, take: () => away.abort() };
}

test('a process that loses a lease takes back what its worker had measured at once, and again when the last round has ended', async () => {
  const { leases, take } = oneLease();
  const ending = new AbortController();
  const measure = (): void => metrics.notary.unsignedSeconds.set(120);
  const loop = createLoop({
    name: 'notary-checkpoints',
    idleMs: 1,
    onError: error => expect.fail(String(error)),
    round: async () => {
      measure();
      metrics.notary.treeSize.set({ tenant: 'tenant' }, 7);
      await once(ending.signal, 'abort');
      measure();
      return false;
    },
  });
  const stopped = Promise.withResolvers<undefined>();
  const stop = async (): Promise<void> => {
    stopped.resolve(undefined);
    await loop.stop();
  };
  worker = createLeased(
    { ...loop, stop },
    {
      leases,
      retryMs: 1,
      onHeld: (name, isHeld) => showLease(metrics, name, isHeld),
      onError: error => expect.fail(String(error)),
    },
  );
  worker.start();
  await vi.waitFor(
    async () => expect(await shown()).toContain('lethe_tree_size{tenant="tenant"} 7'),
    PATIENCE,
  );
  expect(await shown()).toContain('lethe_lease_held{worker="notary-checkpoints"} 1');
  take();
  await stopped.promise;
  const takenBack = async (): Promise<void> => {
    expect(await shown()).toContain('lethe_lease_held{worker="notary-checkpoints"} 0');
    expect(await shown()).toContain('lethe_tree_unsigned_seconds 0');
    expect(await shown()).not.toContain('lethe_tree_size{');
  };
  await takenBack();
  ending.abort();
  await loop.stop();
  await vi.waitFor(takenBack, PATIENCE);
});
