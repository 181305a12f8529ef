import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';

interface PiiRow {
  readonly tenant: string;
  readonly asset: string;
  personalized: number;
  byCaller: number;
  flags: number;
  actions: number;
}

const findings = bulkRows<PiiRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'personalized', type: 'int8', value: row => row.personalized },
  { name: 'by_caller', type: 'int8', value: row => row.byCaller },
  { name: 'flags', type: 'int8', value: row => row.flags },
  { name: 'actions', type: 'int8', value: row => row.actions },
]);

/** Personalized answers with the flags that Lethe set for them, and findings with the actions that followed (promises 7, 8). */
export async function writePiiFindings(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const rows = new Map<string, PiiRow>();
  for (const event of events) count(event, rows);
  if (rows.size === 0) return;
  await db.query(
    `insert into ${schema}.pii_findings as old (${findings.names}) ${findings.select}
     on conflict (tenant, asset) do update set
       personalized = old.personalized + excluded.personalized,
       by_caller    = old.by_caller + excluded.by_caller,
       flags        = old.flags + excluded.flags,
       actions      = old.actions + excluded.actions`,
    findings.values([...rows.values()]),
  );
}

function count(event: RecordedEvent, rows: Map<string, PiiRow>): void {
  const { tenant, asset } = event;
  if (asset === undefined) return;
  switch (event.type) {
    case 'generation.completed':
      if (event.data.personalized === true) rowOf(rows, tenant, asset).personalized++;
      return;
    case 'pii.flagged': {
      const row = rowOf(rows, tenant, asset);
      row.flags++;
      // A flag that the platform reports for the caller is not the one that Lethe owes to a personalized answer.
      if (event.source === 'lethe' && event.data.source === 'caller') row.byCaller++;
      return;
    }
    case 'pii.action-applied':
      rowOf(rows, tenant, asset).actions++;
      return;
    default:
      return;
  }
}

function rowOf(rows: Map<string, PiiRow>, tenant: string, asset: string): PiiRow {
  const key = `${tenant}/${asset}`;
  const row = rows.get(key) ?? { tenant, asset, personalized: 0, byCaller: 0, flags: 0, actions: 0 };
  rows.set(key, row);
  return row;
}
