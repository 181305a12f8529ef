import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { rm } from 'node:fs/promises';
import { openTenant, viewsReach, type Client } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { benchDirectory, startYardstickServer, type YardstickServer } from '../postgres.ts';
import { startService, type RunningService } from '../service.ts';
import { median } from '../stats.ts';

const CONNECTIONS_EACH = 2;
const INGEST = {
  what: 'bulk ingest, two API processes and one worker process',
  unit: 'events/s',
  target: { ratioAtLeast: 1 },
};
const FOLDED = { what: 'the same, until the views have all of it', unit: 'events/s', target: {} };

export const processes: Benchmark = {
  name: 'processes',
  lines: [INGEST, FOLDED],
  run: async ({ runs, bulkEvents }) => {
    const server = await startYardstickServer(2);
    const cells: Cell[] = [];
    try {
      cells.push(await startCell(server, ['start']), await startCell(server, ['api', 'api', 'worker']));
      const [one, several] = cells as [Cell, Cell];
      const folded: Record<'one' | 'several', number[]> = { one: [], several: [] };
      const measure = (cell: Cell, name: 'one' | 'several') => async (): Promise<number> => {
        const rates = await ingest(cell, bulkEvents);
        folded[name].push(rates.folded);
        return rates.taken;
      };
      const taken = await alternate(runs, { one: measure(one, 'one'), several: measure(several, 'several') });
      const what = 'all in one process';
      const note = `${availableParallelism()} cores for them, PostgreSQL and two clients of ${CONNECTIONS_EACH} connections each`;
      return [
        { ...INGEST, measured: taken.several, yardstick: { what, value: taken.one }, note },
        { ...FOLDED, measured: median(folded.several), yardstick: { what, value: median(folded.one) } },
      ];
    } finally {
      for (const cell of cells) await cell.stop();
      await server.stop();
    }
  },
};

/** Processes on a database of their own. */
interface Cell {
  readonly client: Client;
  /** Where requests go, as many as there are clients. */
  readonly urls: readonly [string, string];
  stop(): Promise<void>;
}

async function startCell(
  server: YardstickServer,
  commands: readonly ('start' | 'api' | 'worker')[],
): Promise<Cell> {
  const name = `cell_${randomUUID().replaceAll('-', '')}`;
  await server.pool.query(`create database ${name}`);
  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  const dir = await benchDirectory();
  const started: RunningService[] = [];
  for (const command of commands) {
    started.push(await startService(dir, { DATABASE_URL: url.href }, command));
  }
  const [first = fail(), second = fail()] = started.length === 1 ? [...started, ...started] : started;
  return {
    client: await openTenant(first, { pack: 'neuralseek' }),
    urls: [first.url, second.url],
    stop: async () => {
      await Promise.all(started.map(service => service.stop()));
      await rm(dir, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** Events a second, until they are taken in, and until the views show them. */
async function ingest({ client, urls }: Cell, events: number): Promise<{ taken: number; folded: number }> {
  const { tenant, key } = client;
  const each = Math.floor(events / urls.length);
  const began = performance.now();
  const results = await Promise.all(
    urls.map(url =>
      bulkLoad({
        ...{ url, tenant, key, run: randomUUID(), from: 0, events: each, lazy: false },
        connections: CONNECTIONS_EACH,
      }),
    ),
  );
  const made = performance.now() - began;
  const slowest = Math.max(...results.map(({ seconds }) => seconds));
  await viewsReach(client, Math.max(...results.map(({ position }) => position)));
  const behind = (performance.now() - began - made) / 1_000;
  const all = each * urls.length;
  return { taken: all / slowest, folded: all / (slowest + behind) };
}

const fail = (): never => {
  throw new Error('too few processes');
};
