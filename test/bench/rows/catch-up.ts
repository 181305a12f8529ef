import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VIEWS } from '../../../src/cli/views.ts';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/server.ts';
import { createPostgresEventLog } from '../../../src/platform/postgres/event-log.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { createProjector } from '../../../src/projections/runner/projector.ts';
import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { benchDirectory } from '../postgres.ts';
import { dataDirIn, startService } from '../service.ts';

const CONNECTIONS = 4;
const LINE = {
  what: 'projector catching up from zero, all views',
  unit: 'events/s',
  target: { ratioAtLeast: 1.5 },
};

export const catchUp: Benchmark = {
  name: 'catch-up',
  lines: [LINE],
  run: async ({ runs, bulkEvents }) => {
    const dataDir = await benchDirectory();
    try {
      const ingest = await ingestRate(dataDir, bulkEvents);
      const { projector } = await alternate(runs, { projector: () => projectorRate(dataDir) });
      const yardstick = { what: 'bulk ingest of the same events', value: ingest };
      return [
        { ...LINE, measured: projector, yardstick, note: `${bulkEvents} events, ${VIEWS.length} views` },
      ];
    } finally {
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20 });
    }
  },
};

async function ingestRate(dataDir: string, events: number): Promise<number> {
  const service = await startService(dataDir);
  try {
    const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
    const order = {
      url,
      tenant,
      key,
      run: 'catch-up',
      from: 0,
      events,
      connections: CONNECTIONS,
      lazy: false,
    };
    return events / (await bulkLoad(order)).seconds;
  } finally {
    await service.stop();
  }
}

/** The service's own projector on the service's own log, its checkpoints gone. */
async function projectorRate(dir: string): Promise<number> {
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDirIn(dir), 'postgres'),
    log: () => undefined,
  });
  const { connectionString } = server;
  const failures: unknown[] = [];
  const onError = (error: unknown): number => failures.push(error);
  const writer = createPool({
    connectionString,
    role: 'lethe_writer',
    max: 16,
    applicationName: 'lethe-bench',
    onError,
  });
  const log = createPostgresEventLog({ writer, connectionString });
  const projector = createProjector({ log, writer, views: VIEWS, onError: ({ error }) => onError(error) });
  try {
    await writer.query('delete from views.checkpoints');
    const head = await log.head();
    const started = performance.now();
    await projector.start();
    await projector.caughtUp(head);
    if (failures.length > 0) throw new Error('a view failed on the way', { cause: failures[0] });
    return (head / (performance.now() - started)) * 1_000;
  } finally {
    await projector.stop();
    await log.close();
    await writer.end();
    await server.stop();
  }
}
