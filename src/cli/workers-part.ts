import { LetheError } from '../domain/errors.ts';
import { createLeased } from '../workers/leased.ts';
import type { Worker } from '../workers/loop.ts';
import { createLeasedWorkers, createSharedWorkers } from './background.ts';
import type { ComposedViews } from './compose-views.ts';
import type { Composition } from './compose.ts';
import type { Foundation } from './foundation.ts';
import { showLease } from './lease-gauges.ts';

const LEASE_RETRY_MS = 1_000;

/** The workers of this process, by name; all where none is named. Throws LetheError `worker-unknown`. */
export async function chooseWorkers(
  foundation: Foundation,
  composition: Composition,
  views: ComposedViews,
  names: readonly string[] = [],
): Promise<Worker[]> {
  const { stores, logger, metrics } = foundation;
  const leased = [views.worker, ...createLeasedWorkers(foundation, composition)].map(worker =>
    createLeased(worker, {
      leases: stores.leases,
      retryMs: LEASE_RETRY_MS,
      onHeld: (name, isHeld) => showLease(metrics, name, isHeld),
      onError: error => logger.warn({ err: error, worker: worker.name }, 'lease not asked for, tries again'),
    }),
  );
  const all = [...leased, ...(await createSharedWorkers(foundation, composition))];
  const unknown = names.find(name => all.every(worker => worker.name !== name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new LetheError('worker-unknown', `there is no worker ${unknown}; there are: ${known}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** Starts them; when `opened` is disposed of they all finish what they are at. */
export function startWorkers(opened: AsyncDisposableStack, workers: readonly Worker[]): void {
  opened.defer(async () => {
    await Promise.all(workers.map(worker => worker.stop()));
  });
  for (const worker of workers) worker.start();
}
