import { SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import { onlyBareSpans } from '../../../src/platform/tracing/bare-spans.ts';

test('a span loses everything that is not listed: attributes, events, links, its status text', () => {
  const taken = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(onlyBareSpans(taken))],
  });
  const tracer = provider.getTracer('test');
  const other = tracer.startSpan('other');
  const span = tracer.startSpan('POST /v1/tenants/:tenant/events', {
    attributes: {
      'http.route': '/v1/tenants/:tenant/events',
      'url.path': '/v1/planted',
      'enduser.id': 'planted',
    },
    links: [{ context: other.spanContext(), attributes: { said: 'planted' } }],
  });
  span.recordException(new Error('planted'));
  span.addEvent('planted', { said: 'planted' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'planted' });
  span.end();

  const [exported] = taken.getFinishedSpans();
  expect(exported).toMatchObject({
    name: 'POST /v1/tenants/:tenant/events',
    attributes: { 'http.route': '/v1/tenants/:tenant/events' },
    status: { code: SpanStatusCode.ERROR },
    events: [],
    links: [],
  });
  expect(JSON.stringify(exported)).not.toContain('planted');
});
