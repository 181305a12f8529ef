import { setTimeout as delay } from 'node:timers/promises';
import { openTenant } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import type { RunningService } from '../service.ts';
import { slope } from '../stats.ts';
import { withService } from '../with-service.ts';

const SAMPLE_MS = 250;
const HIGHEST = {
  what: 'memory while ingesting, highest RSS',
  unit: 'MB',
  target: { atMost: 400 },
};
/** Flat: what the second half adds is noise, not growth. */
const GROWTH = { what: 'the same, growth over the second half', unit: 'MB', target: { atMost: 40 } };

export const memory: Benchmark = {
  name: 'memory',
  lines: [HIGHEST, GROWTH],
  run: ({ manyEvents }) =>
    withService(async service => {
      const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
      const order = {
        url,
        tenant,
        key,
        run: 'memory',
        from: 0,
        events: manyEvents,
        connections: 4,
        lazy: true,
      };
      const samples = await sampledWhile(service, bulkLoad(order));
      const late = samples.slice(samples.length / 2);
      const note = `${manyEvents} events, ${samples.length} samples of the Node process; PostgreSQL not included`;
      return [
        { ...HIGHEST, measured: Math.max(...samples), note },
        { ...GROWTH, measured: slope(late) * late.length },
      ];
    }),
};

async function sampledWhile(service: RunningService, work: Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  const finished = work.then(() => 'finished' as const);
  do samples.push(await service.rssMb());
  while ((await Promise.race([finished, delay(SAMPLE_MS)])) !== 'finished');
  return samples;
}
