import type { RecordedEvent } from '../runner/view.ts';

/** From this position on, a copy of the subject's content made before is not to be shown any more. */
export interface Touch {
  readonly tenant: string;
  readonly subject: string;
  readonly position: number;
}

/** The last touch of each subject in a batch. The start of an erasure counts: it comes before the keys go. */
export function touchesOf(events: readonly RecordedEvent[]): Touch[] {
  const last = new Map<string, Touch>();
  for (const event of events) {
    const { tenant, position } = event;
    for (const subject of touchedBy(event)) last.set(`${tenant}/${subject}`, { tenant, subject, position });
  }
  return [...last.values()];
}

function touchedBy(event: RecordedEvent): readonly string[] {
  switch (event.type) {
    case 'asset.hidden':
    case 'asset.erased':
    case 'pii.action-applied':
    case 'account.deletion-requested':
      return event.subject === undefined ? [] : [event.subject];
    case 'erasure.started':
      return event.data.targets.flatMap(({ subject }) => subject ?? []);
    default:
      return [];
  }
}
