import type { RecordedEvent } from '../runner/view.ts';

export type Outcome = 'ok' | 'denied';

/** Where the data of an event that is about neither an asset nor a subject name what it was done to. */
const TARGETS = [
  'credential',
  'hold',
  'batch',
  'report',
  'dsr',
  'case',
  'offboarding',
  'disclosure',
  'proposal',
  'kmsKeyId',
  'records',
  'action',
];

/** What an event was done to: the asset or subject that it is about, or the record of the tenant that it names. */
export function targetOf(event: RecordedEvent): string | undefined {
  const about = event.asset ?? event.subject;
  if (about !== undefined) return about;
  const data: Readonly<Record<string, unknown>> = event.data;
  const named = TARGETS.map(name => data[name]).find(value => value !== undefined);
  return typeof named === 'string' ? named : undefined;
}

export function outcomeOf({ type }: RecordedEvent): Outcome {
  return type === 'access.denied' || type === 'training.denied' || type === 'generation.blocked'
    ? 'denied'
    : 'ok';
}

/** The case that an event belongs to, where its data name one. */
export const caseOf = ({ data }: RecordedEvent): string | undefined =>
  'case' in data && typeof data.case === 'string' ? data.case : undefined;

/** For what personal data was read, where the event is a read (promise 16). */
export function purposeOf(event: RecordedEvent): string | undefined {
  return event.type === 'asset.viewed' || event.type === 'subject.viewed' || event.type === 'access.revealed'
    ? event.data.purpose
    : undefined;
}
