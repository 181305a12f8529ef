import { fold } from '../domain/decider.ts';
import { decodeEnvelope } from '../domain/events/envelope.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { subjectDecider, type SubjectState } from '../domain/subject/subject.ts';
import { subjectStream } from './streams.ts';

/** A user as its own stream tells it: exact, not a view. */
export interface LoadedSubject {
  readonly state: SubjectState;
  /** Last revision of the stream, -1 when there is none. */
  readonly revision: number;
  /** Position of the stream's last event, 0 when there is none. */
  readonly position: number;
}

export async function loadSubject(log: EventLog, tenant: string, subject: string): Promise<LoadedSubject> {
  const events = await log.readStream(tenant, subjectStream(subject));
  const state = fold(
    subjectDecider,
    events.map(({ envelope }) => decodeEnvelope(envelope)),
  );
  const last = events.at(-1);
  return { state, revision: last?.revision ?? -1, position: last?.position ?? 0 };
}
