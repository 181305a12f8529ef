import { rm } from 'node:fs/promises';
import { VIEWS } from '../../../src/cli/views.ts';
import { createProjector } from '../../../src/projections/runner/projector.ts';
import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { benchDirectory } from '../postgres.ts';
import { startService } from '../service.ts';
import { withLog } from '../with-log.ts';

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
const projectorRate = (dir: string): Promise<number> =>
  withLog(dir, async ({ log, writer }) => {
    const failures: unknown[] = [];
    const onError = ({ error }: { readonly error: unknown }): void => void failures.push(error);
    const projector = createProjector({ log, writer, views: VIEWS, onError });
    await writer.query('delete from views.checkpoints');
    const head = await log.head();
    const started = performance.now();
    await projector.start();
    try {
      await projector.caughtUp(head);
      if (failures.length > 0) throw new Error('a view failed on the way', { cause: failures[0] });
      return (head / (performance.now() - started)) * 1_000;
    } finally {
      await projector.stop();
    }
  });
