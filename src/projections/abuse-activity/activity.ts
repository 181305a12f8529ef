import type { EventType } from '../../domain/events/catalogue.ts';
import type { RecordedEvent } from '../runner/view.ts';

/** What is counted of a subject. A generation is asked for once and made once. */
export const MEASURES = ['attempted', 'made', 'blocked', 'flagged', 'deleted', 'read'] as const;
export type Measure = (typeof MEASURES)[number];

/** An event of somebody's activity: it says whose. */
export type Activity = RecordedEvent & { readonly subject: string };

const AREAS: ReadonlySet<string> = new Set([
  ...['upload', 'generation', 'asset', 'pii', 'deletion', 'account', 'abuse'],
]);

/** What an account does and what is done about it. Requests for one's data and Lethe's own paperwork are no activity. */
export const isActivity = (event: RecordedEvent): event is Activity =>
  event.subject !== undefined && AREAS.has(event.type.slice(0, event.type.indexOf('.')));

const BY_TYPE: Readonly<Partial<Record<EventType, Measure>>> = {
  'generation.requested': 'attempted',
  'generation.completed': 'made',
  'upload.received': 'made',
  'generation.blocked': 'blocked',
  'pii.flagged': 'flagged',
  'asset.viewed': 'read',
  'asset.downloaded': 'read',
};

/** Only what the user deleted counts as deleted: not what the schedule, PII or the end of the account took. */
export const measureOf = (event: RecordedEvent): Measure | undefined =>
  event.type === 'asset.hidden' && event.data.cause === 'user' ? 'deleted' : BY_TYPE[event.type];

/** The rule that blocked or signalled. */
export const ruleOf = ({ data }: RecordedEvent): string | undefined =>
  'rule' in data ? data.rule : undefined;

/** Why: the cause of a deletion or the ground of a block. */
export function reasonOf({ data }: RecordedEvent): string | undefined {
  if ('cause' in data) return data.cause;
  return 'ground' in data ? data.ground : undefined;
}
