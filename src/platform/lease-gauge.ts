import { Gauge, type Registry } from 'prom-client';

export const createLeaseGauge = (registers: Registry[]): Gauge<'worker'> =>
  new Gauge({
    name: 'lethe_lease_held',
    help: '1 where this process holds the lease of a worker; over all processes each should add up to 1',
    labelNames: ['worker'] as const,
    registers,
  });
