import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { caughtUp, openTenant, type Client } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import type { RunningService } from '../service.ts';
import { withService } from '../with-service.ts';

const SAMPLE_MS = 250;
const RATE = { what: 'building a bundle, complete by proof', unit: 'events/s', target: { atLeast: 20_000 } };
const MEMORY = { what: 'the same, highest RSS', unit: 'MB', target: { atMost: 400 } };

const accepted = z.object({ report: z.string(), position: z.int() });
const standing = z.object({ state: z.string(), reason: z.string().nullable(), events: z.int().nullable() });

/** soc2-evidence, since it writes every event three times: as stored, as NDJSON and as CSV. */
export const bundle: Benchmark = {
  name: 'bundle',
  lines: [RATE, MEMORY],
  run: ({ manyEvents }) =>
    withService(async service => {
      const client = await openTenant(service, { pack: 'neuralseek' });
      const { url, tenant, key } = client;
      const load = {
        url,
        tenant,
        key,
        run: 'bundle',
        from: 0,
        events: manyEvents,
        connections: 4,
        lazy: true,
      };
      await bulkLoad(load);
      const { position } = accepted.parse(await client.post('/reports', { kind: 'hold' }));
      await caughtUp(client, position);
      const { seconds, events, before, rssMb } = await timed(service, client);
      const note = `${events} events, sealed, PDF included; memory of the whole service, ${Math.round(before)} MB before the build; PostgreSQL not included`;
      return [
        { ...RATE, measured: events / seconds, note },
        { ...MEMORY, measured: rssMb },
      ];
    }),
};

interface Timed {
  readonly seconds: number;
  readonly events: number;
  /** Resident before the build began, MB: what taking the events in has left behind. */
  readonly before: number;
  readonly rssMb: number;
}

/** A small report first: by then the views and the notary have come to rest. */
async function timed(service: RunningService, client: Client): Promise<Timed> {
  const first = accepted.parse(await client.post('/reports', { kind: 'retention' }));
  await issued(service, client, first.report);
  const before = await service.rssMb();
  const started = performance.now();
  const { report } = accepted.parse(await client.post('/reports', { kind: 'soc2-evidence' }));
  const { events, rssMb } = await issued(service, client, report);
  return { seconds: (performance.now() - started) / 1_000, events, before, rssMb };
}

async function issued(
  service: RunningService,
  client: Client,
  report: string,
): Promise<Pick<Timed, 'events' | 'rssMb'>> {
  let rssMb = 0;
  for (;;) {
    rssMb = Math.max(rssMb, await service.rssMb());
    const { state, reason, events } = standing.parse(await client.get(`/reports/${report}`));
    if (state === 'issued') return { events: events ?? 0, rssMb };
    if (state !== 'requested') throw new Error(`the report is ${state}: ${reason ?? ''}`);
    await delay(SAMPLE_MS);
  }
}
