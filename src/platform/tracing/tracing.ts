import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { onlyBareSpans } from './bare-spans.ts';
import type { TracingConfig } from './tracing-config.ts';

/** A collector that is away holds up the end of the process no longer than that. */
const EXPORT_WITHIN_MS = 2_000;
const EVERY_MS = 1_000;

export interface Tracing {
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Sends the spans of this process to a collector, as OTLP over HTTP; without one every span is a no-op. A collector that
 * does not answer loses spans and delays nothing.
 */
export function openTracing(config: NonNullable<TracingConfig>, version: string): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_WITHIN_MS,
  });
  const provider = new NodeTracerProvider({
    // No detector: host, process and command line are nobody's business.
    resource: resourceFromAttributes({ 'service.name': 'lethe', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(onlyBareSpans(exporter), { scheduledDelayMillis: EVERY_MS })],
  });
  // Null: what callers send as trace context is not taken up, for a tracestate can hold anything.
  provider.register({ propagator: null });
  return { close: () => provider.shutdown().catch(() => undefined) };
}
