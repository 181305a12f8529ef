import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';

interface SessionRow {
  readonly tenant: string;
  readonly asset: string;
  readonly token: string;
  readonly policy: number;
  made: boolean;
  reads: number;
}

const sessions = bulkRows<SessionRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'token', type: 'text', value: row => row.token },
  { name: 'policy', type: 'int4', value: row => row.policy },
  { name: 'made', type: 'bool', value: row => row.made },
  { name: 'reads', type: 'int8', value: row => row.reads },
]);

/** Which sessions made an asset, and which read it (promise 26). */
export async function writeSessions(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const rows = new Map<string, SessionRow>();
  for (const { tenant, asset, policy, type, data } of events) {
    if (asset === undefined || !('sessionToken' in data) || data.sessionToken === undefined) continue;
    const token = data.sessionToken;
    const key = `${tenant}/${asset}/${token}/${policy}`;
    const row = rows.get(key) ?? { tenant, asset, token, policy, made: false, reads: 0 };
    if (type === 'asset.viewed') row.reads++;
    else row.made = true;
    rows.set(key, row);
  }
  if (rows.size === 0) return;
  await db.query(
    `insert into ${schema}.sessions as old (${sessions.names}) ${sessions.select}
     on conflict (tenant, asset, token, policy) do update set
       made  = old.made or excluded.made,
       reads = old.reads + excluded.reads`,
    sessions.values([...rows.values()]),
  );
}
