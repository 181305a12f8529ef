import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import { caughtUp, openTenant, type Client } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { anyUser, originOf, reportNetwork } from '../load/network.ts';
import type { RunningService } from '../service.ts';
import { percentile } from '../stats.ts';
import { withService } from '../with-service.ts';

const PAGE = 100;
const POLICY = { pack: 'neuralseek', maxRetention: 'P365D' };
const POLL_MS = 200;
const GRAPH_WITHIN_MS = 1_800_000;
const random = createRandom('bench abuse');

const TIMELINE = {
  what: "an account's timeline, a page of 100, p99",
  unit: 'ms',
  target: { atMost: 15 },
};
const PIVOT = { what: 'a two-hop pivot on an entity, p99', unit: 'ms', target: { atMost: 50 } };
const TIMELINE_GROWTH = {
  what: 'the timeline in a tenth of the events, p99',
  unit: 'ms',
  target: { ratioAtMost: 1.5 },
};
const PIVOT_GROWTH = {
  what: 'the pivot in a tenth of the events, p99',
  unit: 'ms',
  target: { ratioAtMost: 1.5 },
};

export const abuse: Benchmark = {
  name: 'abuse',
  lines: [TIMELINE, TIMELINE_GROWTH, PIVOT, PIVOT_GROWTH],
  run: ({ manyEvents, requests }) =>
    withService(async service => {
      const client = await openTenant(service, POLICY);
      const investigator = await investigatorOf(client, service);
      const few = manyEvents / 10;
      const measureAt = async (from: number, to: number): Promise<Latencies> => {
        await caughtUp(client, await reportNetwork(client, { from, to, events: manyEvents }));
        await graphCaughtUp(client, investigator, to);
        return latencies(investigator, requests, manyEvents);
      };
      const first = await measureAt(0, few);
      const second = await measureAt(few, manyEvents);
      const note = `${manyEvents} events of four weeks, 200 a user, one reader at a time, over HTTP, each read recorded`;
      const yardstick = (value: number) => ({ what: `at ${few} events`, value });
      return [
        { ...TIMELINE, measured: second.timeline, note },
        { ...TIMELINE_GROWTH, measured: second.timeline, yardstick: yardstick(first.timeline) },
        { ...PIVOT, measured: second.pivot, note: 'on addresses, networks, devices, payments and clients' },
        { ...PIVOT_GROWTH, measured: second.pivot, yardstick: yardstick(first.pivot) },
      ];
    }),
};

interface Latencies {
  readonly timeline: number;
  readonly pivot: number;
}

async function latencies(investigator: Reader, requests: number, events: number): Promise<Latencies> {
  const timeline = await p99(requests, async () => {
    const { items } = (await investigator(
      `/timeline?subject=user-${anyUser(events)}&limit=${PAGE}`,
    )) as Timeline;
    if (items.length === 0) throw new Error('the timeline is empty: nothing is measured');
  });
  const pivot = await p99(requests, async () => {
    const { ip, device, paymentFingerprint, apiClient } = originOf(anyUser(events));
    const entity = random.pick([
      ...[
        { kind: 'ip', value: ip },
        { kind: 'ip24', value: ip },
        { kind: 'device', value: device },
      ],
      ...[
        { kind: 'payment', value: paymentFingerprint },
        { kind: 'client', value: apiClient },
      ],
    ]);
    await investigator('/entities', entity);
  });
  return { timeline, pivot };
}

interface Timeline {
  readonly items: readonly unknown[];
}

/** Milliseconds, after a tenth more requests to warm up. */
async function p99(requests: number, ask: () => Promise<void>): Promise<number> {
  const warmUp = Math.ceil(requests / 10);
  const times: number[] = [];
  for (let request = 0; request < warmUp + requests; request++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  return percentile(times.slice(warmUp), 0.99);
}

/** GETs what lies under /abuse, or POSTs where there is a body. */
type Reader = (path: string, body?: unknown) => Promise<unknown>;

async function investigatorOf({ url, tenant }: Client, { operatorKey }: RunningService): Promise<Reader> {
  const base = `${url}/v1/tenants/${tenant}`;
  const call = async (path: string, key: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const { key } = (await call('/api-keys', operatorKey, { role: 'investigator' })) as { key: string };
  return (path, body) => call(`/abuse${path}`, key, body);
}

/** The graph follows the log by itself: it has caught up once it knows what was reported last. */
async function graphCaughtUp(client: Client, investigator: Reader, to: number): Promise<void> {
  const device = `device-of-the-last-${to}`;
  await client.post('/events', {
    ...{ specversion: '1.0', id: `last-${to}`, source: 'urn:lethe:bench:last', type: 'generation.completed' },
    ...{ subject: `last-${to}`, data: { subject: 'last', device } },
  });
  const deadline = performance.now() + GRAPH_WITHIN_MS;
  while (performance.now() < deadline) {
    const isKnown = await investigator('/entities', { kind: 'device', value: device }).then(
      () => true,
      () => false,
    );
    if (isKnown) return;
    await delay(POLL_MS);
  }
  throw new Error('the entity graph did not catch up');
}
