import type { Db, EventNamed, RecordedEvent } from '../runner/view.ts';

type AccessEvent = EventNamed<'access.requested' | 'access.approved' | 'access.revealed' | 'access.closed'>;

export const isAccess = (event: RecordedEvent): event is AccessEvent =>
  event.type === 'access.requested' ||
  event.type === 'access.approved' ||
  event.type === 'access.revealed' ||
  event.type === 'access.closed';

/** What it changes of its request: assignments, whose parameters count from $4, and their values. */
type Change = readonly [assignments: string, ...values: unknown[]];

function changeOf({ type, data, time }: Exclude<AccessEvent, { type: 'access.requested' }>): Change {
  switch (type) {
    case 'access.approved':
      return ['approver = $4, expires_at = $5', data.approver, data.expiresAt];
    case 'access.revealed':
      return ['reveals = reveals + 1, revealed_at = $4', time];
    case 'access.closed':
      return ['closed_at = $4, close_cause = $5', time, data.cause];
  }
}

/** Break-glass: who asked for what, who approved it until when, and how often it was opened. */
export async function applyAccess(event: AccessEvent, db: Db, schema: string): Promise<void> {
  if (event.type === 'access.requested') return requested(event, db, schema);
  const { tenant, data } = event;
  const [assignments, ...values] = changeOf(event);
  await db.query(
    `update ${schema}.requests set ${assignments} where tenant = $1 and case_id = $2 and request = $3`,
    [tenant, data.case, data.request, ...values],
  );
}

async function requested(
  { tenant, data, time, position }: EventNamed<'access.requested'>,
  db: Db,
  schema: string,
): Promise<void> {
  const { case: id, request, asset, parts, reason, duration, by } = data;
  await db.query(
    `insert into ${schema}.requests (tenant, case_id, request, asset, parts, reason, duration, requested_by,
       requested_at, position)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [tenant, id, request, asset, parts, reason, duration, by, time, position],
  );
}
