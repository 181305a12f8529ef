import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isFoundIn, plant, walkWith } from '../support/planted-walk.ts';
import { startCollector, type CollectedSpan, type Collector } from '../support/otlp-collector.ts';
import { createService, type TestService } from '../support/service.ts';

const SOON = { timeout: 20_000, interval: 100 };
const INGEST = 'POST /v1/tenants/:tenant/events';
const planted = plant();

let collector: Collector;
let service: TestService;
beforeAll(async () => {
  collector = await startCollector();
  service = await createService({
    database: 'shared',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LETHE_EPOCH: 'PT1S' },
  });
  await service.start();
  await walkWith(planted, service);
  await vi.waitFor(() => expect(namesOf(collector.spans())).toContain('worker eraser'), SOON);
  await service.stop();
});
afterAll(async () => {
  await service.destroy();
  collector.close();
});

const namesOf = (spans: readonly CollectedSpan[]): Set<string> => new Set(spans.map(({ name }) => name));
const attributesOf = ({ attributes }: CollectedSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

describe('traces', () => {
  it('tell requests by route pattern, appends, the KMS and the rounds of workers', () => {
    const names = namesOf(collector.spans());
    for (const name of [INGEST, 'log.append', 'kms.generate-data-key', 'worker eraser', 'GET unmatched'])
      expect(names).toContain(name);
    const ingests = collector.spans().filter(({ name }) => name === INGEST);
    expect(ingests.map(attributesOf)).toContainEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/tenants/:tenant/events',
      'http.response.status_code': 200,
    });
  });

  it('hang an append from the request that asked for it', () => {
    const ingests = new Set(
      collector
        .spans()
        .filter(({ name }) => name === INGEST)
        .map(({ spanId }) => spanId),
    );
    const appends = collector.spans().filter(({ name }) => name === 'log.append');
    expect(appends.filter(({ parentSpanId = '' }) => ingests.has(parentSpanId))).not.toEqual([]);
  });

  it('hold nothing of what a caller wrote, and no attribute but the listed ones', () => {
    const keys = new Set(collector.spans().flatMap(one => Object.keys(attributesOf(one))));
    const listed = ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'];
    expect([...listed, 'lethe.events', 'lethe.worker']).toEqual(expect.arrayContaining([...keys]));
    expect(isFoundIn(collector.received.join('\n'), planted)).toEqual([]);
  });
});
