import type { Metrics } from '../platform/metrics.ts';

/** What only the holder of a lease measures; the views take theirs back themselves. */
const measuredBy = ({ notary, pii, abuse, overdueDataRequests }: Metrics) => ({
  'notary-trees': [notary.behindSeconds],
  'notary-checkpoints': [notary.treeSize, notary.unsignedSeconds],
  'pii-detector': [pii.lag],
  'abuse-rules': [abuse.lag],
  'data-requests': [overdueDataRequests],
});

/**
 * Whether this process holds the lease of a worker. Without it, what the worker measured last is taken back: told for ever,
 * it would be an alarm that nothing ends.
 */
export function showLease(metrics: Metrics, worker: string, isHeld: boolean): void {
  metrics.leases.set({ worker }, isHeld ? 1 : 0);
  if (isHeld) return;
  const gauges = new Map(Object.entries(measuredBy(metrics))).get(worker) ?? [];
  for (const gauge of gauges) gauge.reset();
}
