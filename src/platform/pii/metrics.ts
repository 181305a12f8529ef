import { Counter, Gauge, type Registry } from 'prom-client';

export interface PiiMetrics {
  readonly lag: Gauge;
  readonly putAside: Gauge;
  readonly flags: Counter;
}

export function createPiiMetrics(registers: Registry[]): PiiMetrics {
  return {
    lag: new Gauge({
      name: 'lethe_pii_detector_lag_events',
      help: 'Log positions that the PII detector is behind the head',
      registers,
    }),
    putAside: new Gauge({
      name: 'lethe_pii_detector_put_aside_events',
      help: "Events that the PII detector has put aside until the KMS opens their tenant's key",
      registers,
    }),
    flags: new Counter({
      name: 'lethe_pii_flags_total',
      help: 'Flags that the PII detector raised',
      registers,
    }),
  };
}
