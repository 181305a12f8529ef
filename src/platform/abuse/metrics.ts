import { Counter, Gauge, type Registry } from 'prom-client';

export interface AbuseMetrics {
  readonly lag: Gauge;
  readonly signals: Counter;
}

export function createAbuseMetrics(registers: Registry[]): AbuseMetrics {
  return {
    lag: new Gauge({
      name: 'lethe_abuse_rules_lag_events',
      help: 'Log positions that the rules of abuse are behind the head',
      registers,
    }),
    signals: new Counter({
      name: 'lethe_abuse_signals_total',
      help: 'Signals that the rules of abuse raised',
      registers,
    }),
  };
}
