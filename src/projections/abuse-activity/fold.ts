import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';
import { isActivity, measureOf, reasonOf, ruleOf, type Activity } from './activity.ts';

const timeline = bulkRows<Activity>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'subject', type: 'uuid', value: event => event.subject },
  { name: 'at', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'type', type: 'text', value: event => event.type },
  { name: 'asset', type: 'text', value: event => event.asset },
  { name: 'counted', type: 'text', value: measureOf },
  { name: 'rule', type: 'text', value: ruleOf },
  { name: 'reason', type: 'text', value: reasonOf },
  { name: 'policy', type: 'int4', value: event => event.policy },
]);

/** One row an event of a subject. */
export async function applyAbuseActivity(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const activity = events.filter(isActivity);
  if (activity.length === 0) return;
  await db.query(
    `insert into ${schema}.timeline (${timeline.names}) ${timeline.select}`,
    timeline.values(activity),
  );
}
