import { Secret } from '../../../src/domain/secret.ts';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { openEventStoreLog } from '../../../src/platform/eventstore/event-log.ts';
import { createPostgresEventLog } from '../../../src/platform/postgres/event-log.ts';
import { migrate } from '../../../src/platform/postgres/migrate.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { newEvents } from '../../contract/event-log-fixtures.ts';
import { startServer } from '../../support/eventstore/process.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { rateOf, startYardstickServer } from '../postgres.ts';

const BATCH = 500;
const CALLERS = 4;
const APPEND = { what: 'log in EventStoreDB: events appended', unit: 'events/s', target: {} };
const READ = { what: 'the same, read from the beginning', unit: 'events/s', target: {} };

async function readRate(log: EventLog, events: number): Promise<number> {
  const started = performance.now();
  let position = 0;
  while (position < events) position = (await log.readAll(position, 1_000)).at(-1)?.position ?? events;
  return (events / (performance.now() - started)) * 1_000;
}

/** Batches into both logs in turns; the store is the tests' own, in memory, so that the adapter is what is measured. */
export const eventStore: Benchmark = {
  name: 'eventstore',
  lines: [APPEND, READ],
  run: async ({ runs, bulkEvents }) => {
    const [database, store] = [await startYardstickServer(1), await startServer()];
    const { connectionString } = database;
    await migrate(connectionString);
    const writer = createPool({
      connectionString,
      ...{ role: 'lethe_writer', max: 8, applicationName: 'bench', onError: () => undefined },
    });
    const options = { url: new Secret(Buffer.from(store.url)), writer };
    const log = await openEventStoreLog({ ...options, stream: 'bench' });
    const reader = await openEventStoreLog({ ...options, stream: 'bench' });
    const yardstick = createPostgresEventLog({ writer, connectionString });
    const appendTo = (to: EventLog) => (): Promise<number> => {
      const batches = Array.from({ length: bulkEvents / runs / BATCH }, () => newEvents(BATCH));
      return rateOf(
        batches,
        CALLERS,
        batch => batch.length,
        batch => to.append(batch),
      );
    };
    try {
      const rates = await alternate(runs, { postgres: appendTo(yardstick), store: appendTo(log) });
      const note = `${CALLERS} callers, batches of ${BATCH}; the store in memory, a process of its own`;
      const read = await readRate(reader, await log.head());
      return [
        {
          ...APPEND,
          measured: rates.store,
          note,
          yardstick: { what: 'log in PostgreSQL', value: rates.postgres },
        },
        { ...READ, measured: read, note: 'pages of 1,000' },
      ];
    } finally {
      await Promise.all([log.close(), reader.close(), yardstick.close()]);
      await writer.end();
      await Promise.all([database.stop(), store.stop()]);
    }
  },
};
