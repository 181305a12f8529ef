import type { Event } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore, type PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import { eventText } from '../payload.ts';
import { rateOf, type YardstickServer } from '../postgres.ts';

type Reported = Event<'generation.reported', Record<string, unknown>>;

export interface EmmettYardstick {
  /** Events a second, appended `batch` at a time by `callers`, each append to a stream of its own asset. */
  rate(run: string, events: number, batch: number, callers: number): Promise<number>;
  close(): Promise<void>;
}

/** Emmett's PostgreSQL store over the yardstick server's pool: as many connections as callers. */
export async function openEmmett(server: YardstickServer): Promise<EmmettYardstick> {
  const store = getPostgreSQLEventStore(server.connectionString, {
    connectionOptions: { pool: server.pool },
  });
  await store.schema.migrate();
  return {
    rate: (run, events, batch, callers) => {
      const appends = Array.from({ length: Math.floor(events / batch) }, (_, index) =>
        reported(run, index, batch),
      );
      return rateOf(
        appends,
        callers,
        ({ length }) => length,
        append => appendTo(store, append),
      );
    },
    close: () => store.close(),
  };
}

function reported(run: string, index: number, batch: number): Reported[] {
  return Array.from({ length: batch }, (_, offset) => ({
    type: 'generation.reported' as const,
    data: JSON.parse(eventText(run, index * batch + offset)) as Record<string, unknown>,
  }));
}

function appendTo(store: PostgresEventStore, events: Reported[]): Promise<unknown> {
  const [first] = events;
  return store.appendToStream(`asset-${String(first?.data['subject'])}-${String(first?.data['id'])}`, events);
}
