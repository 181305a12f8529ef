import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createAbuseMetrics, type AbuseMetrics } from './abuse/metrics.ts';
import { createKmsMetrics, type KmsMetrics } from './aws-kms/metrics.ts';
import { createEpochMetrics, type EpochMetrics } from './epoch-metrics.ts';
import { createLeaseGauge } from './lease-gauge.ts';
import { createKafkaMetrics, type KafkaMetrics } from './kafka/metrics.ts';
import { createNotaryMetrics, type NotaryMetrics } from './notary/metrics.ts';
import { createRefusedCredentials } from './refused-credentials.ts';
import { createPiiMetrics, type PiiMetrics } from './pii/metrics.ts';

/** The service's metrics. No label is ever personal: route patterns, event types, view names, purposes. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly ingestedEvents: Counter<'outcome'>;
  readonly appendSeconds: Histogram;
  readonly viewLag: Gauge<'view'>;
  readonly erasures: Counter;
  readonly overdueErasures: Gauge;
  readonly keyOpenings: Counter<'purpose'>;
  readonly overdueDataRequests: Gauge;
  /** Answers to training runs, by outcome: used, or why not. */
  readonly trainingDecisions: Counter<'outcome'>;
  readonly notary: NotaryMetrics;
  readonly pii: PiiMetrics;
  readonly abuse: AbuseMetrics;
  readonly epochs: EpochMetrics;
  readonly kafka: KafkaMetrics;
  /** 1 for each worker whose lease this process holds. */
  readonly leases: Gauge<'worker'>;
  readonly kms: KmsMetrics;
  /** Credentials that were shown and not taken, by reason. */
  readonly refusedCredentials: Counter<'code'>;
  /** Events that a SIEM has taken, how many it has not yet, and how often it was not reached. */
  readonly siemEvents: Counter<'sink'>;
  readonly siemLag: Gauge<'sink'>;
  readonly siemFailures: Counter<'sink'>;
  /** Counts one answered request; `seconds` from its first byte to its last. */
  observeRequest(request: ObservedRequest): void;
}

export interface ObservedRequest {
  readonly method: string;
  /** Pattern, not URL. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own, so that several services can live in one process. `ofProcess` adds memory, CPU and event loop. */
export function createMetrics({ ofProcess = true }: { readonly ofProcess?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'lethe_http_request_seconds',
    help: 'Requests by method, route pattern and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers,
  });
  return {
    registry,
    requests,
    ...ledgerMetrics(registers),
    ...erasureMetrics(registers),
    ...rightsMetrics(registers),
    ...siemMetrics(registers),
    notary: createNotaryMetrics(registers),
    epochs: createEpochMetrics(registers),
    leases: createLeaseGauge(registers),
    kms: createKmsMetrics(registers),
    refusedCredentials: createRefusedCredentials(registers),
    pii: createPiiMetrics(registers),
    abuse: createAbuseMetrics(registers),
    kafka: createKafkaMetrics(registers),
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
  };
}

function ledgerMetrics(registers: Registry[]): Pick<Metrics, 'ingestedEvents' | 'appendSeconds' | 'viewLag'> {
  return {
    ingestedEvents: new Counter({
      name: 'lethe_ingested_events_total',
      help: 'Reported events by outcome: accepted, duplicate or refused',
      labelNames: ['outcome'] as const,
      registers,
    }),
    appendSeconds: new Histogram({
      name: 'lethe_log_append_seconds',
      help: 'Time until an append is durable',
      buckets: SECONDS,
      registers,
    }),
    viewLag: new Gauge({
      name: 'lethe_view_lag_events',
      help: 'Log positions that a view is behind the head',
      labelNames: ['view'] as const,
      registers,
    }),
  };
}

function erasureMetrics(
  registers: Registry[],
): Pick<Metrics, 'erasures' | 'overdueErasures' | 'keyOpenings'> {
  return {
    erasures: new Counter({
      name: 'lethe_erasures_total',
      help: 'Erasures that the eraser carried out',
      registers,
    }),
    overdueErasures: new Gauge({
      name: 'lethe_erasures_overdue',
      help: 'Assets past their erasure date and SLA that no hold covers: above zero is an alarm',
      registers,
    }),
    keyOpenings: new Counter({
      name: 'lethe_key_openings_total',
      help: 'Data keys opened, by purpose (promise 16)',
      labelNames: ['purpose'] as const,
      registers,
    }),
  };
}

function rightsMetrics(registers: Registry[]): Pick<Metrics, 'overdueDataRequests' | 'trainingDecisions'> {
  return {
    overdueDataRequests: new Gauge({
      name: 'lethe_data_requests_overdue',
      help: 'Requests of people past the month of GDPR Art. 12(3) and not answered: above zero is an alarm',
      registers,
    }),
    trainingDecisions: new Counter({
      name: 'lethe_training_decisions_total',
      help: 'Assets asked about for training, by outcome: used, or why not (promises 2, 24, 45)',
      labelNames: ['outcome'] as const,
      registers,
    }),
  };
}

function siemMetrics(registers: Registry[]): Pick<Metrics, 'siemEvents' | 'siemLag' | 'siemFailures'> {
  const labelNames = ['sink'] as const;
  return {
    siemEvents: new Counter({
      name: 'lethe_siem_events_total',
      help: 'Events that the SIEM has taken',
      ...{ labelNames, registers },
    }),
    siemLag: new Gauge({
      name: 'lethe_siem_lag_events',
      help: 'Events of the log that the SIEM has not taken yet',
      ...{ labelNames, registers },
    }),
    siemFailures: new Counter({
      name: 'lethe_siem_failures_total',
      help: 'Deliveries to the SIEM that failed and are tried again',
      ...{ labelNames, registers },
    }),
  };
}
