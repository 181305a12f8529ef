import { bulkRows } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';

/** An erasure that is under way, or was when its worker died. */
export interface BatchEntry {
  readonly tenant: string;
  readonly batch: string;
  readonly startedAt: string;
}

const batches = bulkRows<BatchEntry>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'batch', type: 'uuid', value: row => row.batch },
  { name: 'started_at', type: 'timestamptz', value: row => row.startedAt },
]);

export const writeStarted = (rows: readonly BatchEntry[], db: Db, schema: string): Promise<unknown> =>
  db.query(
    `insert into ${schema}.batches (${batches.names}) ${batches.select} on conflict do nothing`,
    batches.values(rows),
  );

/** Starts and completions share a stream, so a completion always finds its start. */
export const writeCompleted = (
  rows: readonly Omit<BatchEntry, 'startedAt'>[],
  db: Db,
  schema: string,
): Promise<unknown> =>
  db.query(
    `delete from ${schema}.batches b
     using unnest($1::uuid[], $2::uuid[]) as done (tenant, batch)
     where b.tenant = done.tenant and b.batch = done.batch`,
    [rows.map(({ tenant }) => tenant), rows.map(({ batch }) => batch)],
  );
