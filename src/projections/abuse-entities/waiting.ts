import { bulkRows } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';
import type { ErasedAsset, ErasedSubject } from './write.ts';

/** A call that made an asset, of which nobody knows yet what it came from. */
export interface UnseenCall {
  readonly tenant: string;
  readonly position: number;
  readonly asset: string;
  readonly subject: string;
}

const columns = bulkRows<UnseenCall>([
  { name: 'tenant', type: 'uuid', value: call => call.tenant },
  { name: 'position', type: 'int8', value: call => call.position },
  { name: 'asset', type: 'text', value: call => call.asset },
  { name: 'subject', type: 'uuid', value: call => call.subject },
]);

/** Those of the tenants of whom calls wait. */
export async function waitingAmong(
  db: Db,
  schema: string,
  tenants: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ tenant: string }>(
    `select tenant from unnest($1::uuid[]) as t (tenant)
     where exists (select from ${schema}.waiting w where w.tenant = t.tenant)`,
    [[...tenants]],
  );
  return new Set(rows.map(({ tenant }) => tenant));
}

export async function addWaiting(calls: readonly UnseenCall[], db: Db, schema: string): Promise<void> {
  if (calls.length === 0) return;
  await db.query(
    `insert into ${schema}.waiting (tenant, position, asset, subject)
     select tenant, position, asset, subject from (${columns.select}) as input`,
    columns.values(calls),
  );
}

export async function removeWaitingAssets(
  assets: readonly ErasedAsset[],
  db: Db,
  schema: string,
): Promise<void> {
  if (assets.length === 0) return;
  await db.query(
    `delete from ${schema}.waiting w using unnest($1::uuid[], $2::text[]) as e (tenant, asset)
     where w.tenant = e.tenant and w.asset = e.asset`,
    [assets.map(({ tenant }) => tenant), assets.map(({ asset }) => asset)],
  );
}

export async function removeWaitingSubjects(
  subjects: readonly ErasedSubject[],
  db: Db,
  schema: string,
): Promise<void> {
  if (subjects.length === 0) return;
  await db.query(
    `delete from ${schema}.waiting w using unnest($1::uuid[], $2::uuid[]) as e (tenant, subject)
     where w.tenant = e.tenant and w.subject = e.subject`,
    [subjects.map(({ tenant }) => tenant), subjects.map(({ subject }) => subject)],
  );
}
