import { createRandom } from '../../../src/cli/simulate/random.ts';
import { caughtUp, openTenant, type Client } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { reportTrail, trailAsset, type Reporter } from '../load/trail.ts';
import { percentile } from '../stats.ts';
import { withService } from '../with-service.ts';

const PAGE = 100;
const REPORTERS = 12;
const DAY_MS = 86_400_000;
const POLICY = { pack: 'neuralseek', maxRetention: 'P365D' };

const LATENCY = {
  what: 'audit query, three filters, page of 100, p99',
  unit: 'ms',
  target: { atMost: 20 },
};
const GROWTH = { what: 'the same in a tenth of the events, p99', unit: 'ms', target: { ratioAtMost: 1.5 } };

export const audit: Benchmark = {
  name: 'audit',
  lines: [LATENCY, GROWTH],
  run: ({ manyEvents, requests }) =>
    withService(async service => {
      const client = await openTenant(service, POLICY);
      const reporters = await Promise.all(Array.from({ length: REPORTERS }, () => reporter(client)));
      const few = manyEvents / 10;
      const load = (from: number, to: number) =>
        reportTrail(client, reporters, { from, to, events: manyEvents });
      await caughtUp(client, await load(0, few));
      const first = await pageLatency(client, reporters, { requests, events: few, of: manyEvents });
      await load(few, manyEvents / 2);
      await adopt(client, service.operatorKey);
      await caughtUp(client, await load(manyEvents / 2, manyEvents));
      const second = await pageLatency(client, reporters, { requests, events: manyEvents, of: manyEvents });
      const note = `${manyEvents} events of three months by ${REPORTERS} keys, one reader at a time, over HTTP, each read recorded`;
      return [
        { ...LATENCY, measured: second, note },
        { ...GROWTH, measured: second, yardstick: { what: `at ${few} events`, value: first } },
      ];
    }),
};

async function reporter(client: Client): Promise<Reporter> {
  return (await client.post('/api-keys', { role: 'ingest' })) as Reporter;
}

async function adopt({ url, tenant }: Client, operatorKey: string): Promise<void> {
  const response = await fetch(`${url}/v1/tenants/${tenant}/policy`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...POLICY, maxRetention: 'P300D' }),
  });
  if (!response.ok) throw new Error(`the policy answers ${response.status}`);
}

interface Asked {
  readonly requests: number;
  /** Events in the trail, of how many that three months hold. */
  readonly events: number;
  readonly of: number;
}

/** p99 in milliseconds over all shapes of query, after a tenth more requests to warm up. */
async function pageLatency(client: Client, reporters: readonly Reporter[], asked: Asked): Promise<number> {
  const queries = queriesOf(reporters, asked);
  const warmUp = Math.ceil(asked.requests / 10);
  const times: number[] = [];
  let shown = 0;
  for (let request = 0; request < warmUp + asked.requests; request++) {
    const query = new URLSearchParams({ limit: String(PAGE), ...queries[request % queries.length]?.() });
    const started = performance.now();
    const page = (await client.get(`/audit?${query.toString()}`)) as { items: unknown[] };
    times.push(performance.now() - started);
    shown += page.items.length;
  }
  if (shown < asked.requests) throw new Error('the queries find nothing: nothing is measured');
  return percentile(times.slice(warmUp), 0.99);
}

/** Broad and narrow, near and far, and one that finds nothing: three filters each. */
function queriesOf(
  reporters: readonly Reporter[],
  { events, of }: Asked,
): readonly (() => Readonly<Record<string, string>>)[] {
  const random = createRandom('bench audit');
  const [start, days] = [Date.now() - 90 * DAY_MS, (90 * events) / of];
  const day = (): string => new Date(start + random.next() * days * DAY_MS).toISOString();
  const actor = (): string => random.pick(reporters).id;
  const target = (): string => trailAsset(random.integer(0, events / 4 - 1));
  return [
    () => ({ action: 'asset.viewed', outcome: 'ok', to: day() }),
    () => ({ actor: actor(), action: 'asset.*', policy: '1' }),
    () => ({ role: 'ingest', action: 'generation.*', to: day(), order: 'oldest-first' }),
    () => ({ role: 'ingest', outcome: 'denied', to: day() }),
    () => ({ target: target(), outcome: 'ok', role: 'ingest' }),
    () => ({ actor: actor(), outcome: 'denied', from: day(), order: 'oldest-first' }),
    () => ({ role: 'ingest', outcome: 'ok', policy: '1' }),
    () => ({ actor: actor(), action: 'generation.blocked', outcome: 'ok' }),
  ];
}
