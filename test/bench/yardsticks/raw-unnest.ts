import { uuidv7 } from 'uuidv7';
import { byteaArray, uuidArray } from '../../../src/platform/postgres/binary-arrays.ts';
import { BATCH, eventText } from '../payload.ts';
import { rateOf, type YardstickServer } from '../postgres.ts';

export interface RawUnnestOptions {
  /** By the driver: JavaScript arrays, as anybody would write it. Beforehand: binary, before the clock starts. */
  readonly encoded: 'by the driver' | 'beforehand';
  readonly connections: number;
}

const INSERT = 'insert into raw_events select * from unnest($1::uuid[], $2::bytea[])';

/**
 * Rows a second of the plainest durable insert: one table, a primary key, the bytes of the same events, 1,000 a
 * statement, each statement its own transaction.
 */
export async function rawUnnestRate(
  server: YardstickServer,
  events: number,
  options: RawUnnestOptions,
): Promise<number> {
  const batches = Array.from({ length: Math.ceil(events / BATCH) }, (_, index) => rawBatch(index * BATCH));
  await server.pool.query('drop table if exists raw_events');
  await server.pool.query('create table raw_events (id uuid primary key, body bytea not null)');
  await server.pool.query('checkpoint');
  if (options.encoded === 'by the driver') {
    return rateOf(batches, options.connections, size, ({ ids, bodies }) =>
      server.pool.query(INSERT, [ids, bodies]),
    );
  }
  const encoded = batches.map(({ ids, bodies }) => ({ ids: uuidArray(ids), bodies: byteaArray(bodies) }));
  return rateOf(
    encoded,
    options.connections,
    () => BATCH,
    ({ ids, bodies }) => server.pool.query(INSERT, [ids, bodies]),
  );
}

interface RawBatch {
  readonly ids: readonly string[];
  readonly bodies: readonly Buffer[];
}

const size = ({ ids }: RawBatch): number => ids.length;

function rawBatch(from: number): RawBatch {
  const numbers = Array.from({ length: BATCH }, (_, index) => from + index);
  return { ids: numbers.map(() => uuidv7()), bodies: numbers.map(n => Buffer.from(eventText('raw', n))) };
}
