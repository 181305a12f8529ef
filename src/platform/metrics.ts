import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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
