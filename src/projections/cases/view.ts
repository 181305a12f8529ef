import { CASE_PRIORITIES } from '../../domain/events/case-events.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';
import { applyAccess, isAccess } from './apply-access.ts';
import { caseTables } from './table.ts';

/** Cases are few beside what they are about: each event is a statement of its own, in the order of the log. */
async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  for (const event of events) {
    if (isAccess(event)) await applyAccess(event, db, schema);
    else await applyCase(event, db, schema);
  }
}

async function applyCase(event: RecordedEvent, db: Db, schema: string): Promise<void> {
  switch (event.type) {
    case 'case.opened':
      return opened(event, db, schema);
    case 'case.assigned':
      return change(event, db, schema, 'assignee = $3', event.data.assignee);
    case 'case.linked':
      return linked(event, db, schema);
    case 'case.noted':
      return entered(event, event.data.note, 'note', db, schema);
    case 'case.entries-expired':
      return expired(event, db, schema);
    case 'case.decided':
      return decided(event, db, schema);
    case 'case.reopened':
      return change(event, db, schema, `status = 'open'`);
    case 'tenant.erased':
      return ended(event, db, schema);
    default:
      return;
  }
}

type CaseEvent = EventNamed<
  | 'case.opened'
  | 'case.assigned'
  | 'case.linked'
  | 'case.noted'
  | 'case.entries-expired'
  | 'case.decided'
  | 'case.reopened'
>;

async function opened({ tenant, data, time, position }: EventNamed<'case.opened'>, db: Db, schema: string) {
  const { case: id, priority, origin, signals = [] } = data;
  await db.query(
    `insert into ${schema}.cases (tenant, case_id, status, priority, rank, origin, signals, opened_at, position)
     values ($1, $2, 'open', $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [tenant, id, priority, CASE_PRIORITIES.indexOf(priority), origin, signals, time, position],
  );
}

/** `assignments` count their parameters from $3. */
async function change(
  { tenant, data }: CaseEvent,
  db: Db,
  schema: string,
  assignments: string,
  ...values: readonly unknown[]
): Promise<void> {
  const sql = `update ${schema}.cases set ${assignments} where tenant = $1 and case_id = $2`;
  await db.query(sql, [tenant, data.case, ...values]);
}

async function linked(event: EventNamed<'case.linked'>, db: Db, schema: string): Promise<void> {
  const { tenant, data } = event;
  const { assets = [], subjects = [], entry } = data;
  const refs = [...assets, ...subjects];
  const kinds = [...assets.map(() => 'asset'), ...subjects.map(() => 'subject')];
  await db.query(
    `insert into ${schema}.links (tenant, case_id, kind, ref)
     select $1, $2, kind, ref from unnest($3::text[], $4::text[]) as l (kind, ref) on conflict do nothing`,
    [tenant, data.case, kinds, refs],
  );
  if (entry !== undefined) await entered(event, entry, 'entities', db, schema);
}

async function entered(
  { tenant, data, time }: EventNamed<'case.linked' | 'case.noted'>,
  entry: string,
  kind: 'note' | 'entities',
  db: Db,
  schema: string,
): Promise<void> {
  await db.query(
    `insert into ${schema}.entries (tenant, case_id, entry, kind, made_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [tenant, data.case, entry, kind, time],
  );
  await db.query(
    `insert into ${schema}.abouts (tenant, entry, kind, ref)
     select tenant, $3, kind, ref from ${schema}.links where tenant = $1 and case_id = $2 on conflict do nothing`,
    [tenant, data.case, entry],
  );
}

async function expired({ tenant, data }: EventNamed<'case.entries-expired'>, db: Db, schema: string) {
  for (const table of ['entries', 'abouts']) {
    await db.query(`delete from ${schema}.${table} where tenant = $1 and entry = any($2::uuid[])`, [
      tenant,
      data.entries,
    ]);
  }
}

/** Every access ends with its case. */
async function decided(event: EventNamed<'case.decided'>, db: Db, schema: string): Promise<void> {
  const { tenant, data, time } = event;
  await change(
    event,
    db,
    schema,
    `status = 'decided', decided_at = $3, decision = $4, ground = $5, rule = $6, redress = $7`,
    ...[time, data.decision, data.ground, data.rule, data.redress],
  );
  await db.query(
    `update ${schema}.requests set closed_at = $3, close_cause = 'case-decided'
     where tenant = $1 and case_id = $2 and closed_at is null`,
    [tenant, data.case, time],
  );
}

/** The keys of a tenant that is erased are gone, those of its cases among them. */
async function ended({ tenant }: EventNamed<'tenant.erased'>, db: Db, schema: string): Promise<void> {
  for (const table of ['links', 'entries', 'abouts']) {
    await db.query(`delete from ${schema}.${table} where tenant = $1`, [tenant]);
  }
}

/** The investigators' queue and files: references and decisions, never what a note says (promises 25, 40). */
export const casesView: View = { name: 'cases', version: 1, tables: caseTables, apply };
