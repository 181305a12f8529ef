import { Gauge, type Registry } from 'prom-client';

export interface EpochMetrics {
  /** Found by the restore guard: living rows whose key no longer exists. */
  readonly lostKeys: Gauge;
  readonly oldestBeforeHorizon: Gauge;
  readonly failedRolls: Gauge<'tenant'>;
}

export const createEpochMetrics = (registers: Registry[]): EpochMetrics => ({
  lostKeys: new Gauge({
    name: 'lethe_keys_lost',
    help: 'Data keys gone after a restore that no erasure in the log accounts for: above zero is an alarm',
    registers,
  }),
  oldestBeforeHorizon: new Gauge({
    name: 'lethe_erasures_before_horizon_seconds',
    help: 'Age of the oldest erasure that a backup could still undo: more than an epoch or two is an alarm',
    registers,
  }),
  failedRolls: new Gauge({
    name: 'lethe_epoch_roll_failing',
    help: '1 while the epoch roll of a tenant fails and is tried again',
    labelNames: ['tenant'] as const,
    registers,
  }),
});
