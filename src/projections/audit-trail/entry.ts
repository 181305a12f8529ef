import type { RecordedEvent } from '../runner/view.ts';

export type Outcome = 'ok' | 'denied';

/** What an event was done to: the asset or subject that it is about, or the record of the tenant that it names. */
export function targetOf(event: RecordedEvent): string | undefined {
  const about = event.asset ?? event.subject;
  if (about !== undefined) return about;
  switch (event.type) {
    case 'credential.issued':
    case 'credential.revoked':
      return event.data.credential;
    case 'hold.placed':
    case 'hold.released':
      return event.data.hold;
    case 'erasure.started':
    case 'erasure.completed':
      return event.data.batch;
    case 'key.created':
      return event.data.kmsKeyId;
    case 'records.viewed':
      return event.data.records;
    case 'access.denied':
      return event.data.action;
    default:
      return undefined;
  }
}

export function outcomeOf({ type }: RecordedEvent): Outcome {
  return type === 'access.denied' || type === 'training.denied' || type === 'generation.blocked'
    ? 'denied'
    : 'ok';
}

/** For what personal data was read, where the event is a read (promise 16). */
export function purposeOf(event: RecordedEvent): string | undefined {
  return event.type === 'asset.viewed' || event.type === 'subject.viewed' ? event.data.purpose : undefined;
}
