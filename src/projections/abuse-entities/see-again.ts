import type { Pool } from 'pg';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { readCheckpoint } from '../runner/checkpoint.ts';
import { decodeEvent } from '../runner/decode.ts';
import { inTransaction } from '../runner/transaction.ts';
import { schemaOf, type Db } from '../runner/view.ts';
import type { UnseenCall } from './waiting.ts';
import { ABUSE_ENTITIES, ABUSE_ENTITIES_VERSION, type FindSightings } from './view.ts';
import { writeSightings, type Sighting } from './write.ts';

const SCHEMA = schemaOf(ABUSE_ENTITIES);
const NOBODY: ReadonlySet<string> = new Set();

/** From one tenant to the next by the key's index, however many calls each has. */
const TENANTS = `
  with recursive found (tenant) as (
    (select tenant from ${SCHEMA}.waiting order by tenant limit 1)
    union all
    select (select w.tenant from ${SCHEMA}.waiting w where w.tenant > f.tenant order by w.tenant limit 1)
    from found f where f.tenant is not null)
  select tenant from found where tenant is not null`;

/** Tenants of whom calls wait; none while the tables are of another version. On the writer's pool, since it crosses tenants. */
export async function tenantsWaiting(db: Db): Promise<string[]> {
  if ((await readCheckpoint(db, ABUSE_ENTITIES))?.version !== ABUSE_ENTITIES_VERSION) return [];
  return (await db.query<{ tenant: string }>(TENANTS)).rows.map(({ tenant }) => tenant);
}

export interface SeeAgainDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  readonly writer: Pool;
  readonly find: FindSightings;
}

/**
 * Looks again at the first `limit` calls of a tenant that wait; answers whether there were as many, and so perhaps more. The
 * KMS is asked before the view is locked. Throws LetheError `kms-unavailable` while the tenant's key is refused: all of its
 * calls then go on waiting.
 */
export async function seeAgain(
  { log, writer, find }: SeeAgainDeps,
  tenant: string,
  limit: number,
): Promise<boolean> {
  const positions = await firstWaiting(writer, tenant, limit);
  const events = (await log.readAt(positions, { withoutSealed: true })).map(decodeEvent);
  const { sightings, refusal } = await find(events, NOBODY);
  if (refusal !== undefined) throw await stillRefused(writer, tenant, refusal);
  await inTransaction(writer, client => settle(client, tenant, positions, sightings));
  return positions.length === limit;
}

async function firstWaiting(db: Db, tenant: string, limit: number): Promise<number[]> {
  const sql = `select position from ${SCHEMA}.waiting where tenant = $1 order by position limit $2`;
  const { rows } = await db.query<{ position: number }>(sql, [tenant, limit]);
  return rows.map(({ position }) => position);
}

/** What waits no more was erased in between, or seen by another: of that nothing is written. */
async function settle(
  db: Db,
  tenant: string,
  positions: readonly number[],
  sightings: readonly Sighting[],
): Promise<void> {
  // As a fold does first: nobody folds, swaps or settles in between.
  const sql = 'select from views.checkpoints where view = $1 and version = $2 for update';
  if ((await db.query(sql, [ABUSE_ENTITIES, ABUSE_ENTITIES_VERSION])).rowCount === 0) return;
  const { rows } = await db.query<Pick<UnseenCall, 'asset' | 'subject'>>(
    `delete from ${SCHEMA}.waiting where tenant = $1 and position = any($2::bigint[]) returning asset, subject`,
    [tenant, positions],
  );
  const settled = new Set(rows.map(({ asset, subject }) => `${subject} ${asset}`));
  await writeSightings(
    sightings.filter(({ asset, subject }) => settled.has(`${subject} ${asset}`)),
    db,
    SCHEMA,
  );
}

async function stillRefused(db: Db, tenant: string, { cause }: LetheError): Promise<LetheError> {
  const sql = `select count(*) as calls from ${SCHEMA}.waiting where tenant = $1`;
  const calls = (await db.query<{ calls: number }>(sql, [tenant])).rows[0]?.calls ?? 0;
  const message = `${calls} calls wait for the tenant's key before their entities are known`;
  return new LetheError('kms-unavailable', message, { cause });
}
