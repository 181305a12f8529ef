import { bulkRows } from '../runner/bulk.ts';
import { viewTables } from '../runner/tables.ts';
import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { addUp, type UsageRow } from './add-up.ts';

const tables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'days',
      columns: `
        tenant        uuid not null,
        day           date not null,
        type          text not null,
        model         text not null,
        modality      text not null,
        events        bigint not null,
        bytes         bigint not null,
        input_tokens  bigint not null,
        output_tokens bigint not null,
        duration_ms   bigint not null,
        primary key (tenant, day, type, model, modality)`,
    },
  ]);

const days = bulkRows<UsageRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'day', type: 'date', value: row => row.day },
  { name: 'type', type: 'text', value: row => row.type },
  { name: 'model', type: 'text', value: row => row.model },
  { name: 'modality', type: 'text', value: row => row.modality },
  { name: 'events', type: 'int8', value: row => row.events },
  { name: 'bytes', type: 'int8', value: row => row.bytes },
  { name: 'input_tokens', type: 'int8', value: row => row.inputTokens },
  { name: 'output_tokens', type: 'int8', value: row => row.outputTokens },
  { name: 'duration_ms', type: 'int8', value: row => row.durationMs },
]);

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  await db.query(
    `insert into ${schema}.days as old (${days.names}) ${days.select}
     on conflict (tenant, day, type, model, modality) do update set
       events        = old.events + excluded.events,
       bytes         = old.bytes + excluded.bytes,
       input_tokens  = old.input_tokens + excluded.input_tokens,
       output_tokens = old.output_tokens + excluded.output_tokens,
       duration_ms   = old.duration_ms + excluded.duration_ms`,
    days.values(addUp(events)),
  );
}

/** Counts, bytes, tokens and compute time a day: nothing personal, and no key is opened for it (promise 49). */
export const usage: View = { name: 'usage', version: 1, tables, apply };
