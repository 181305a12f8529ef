import { decodeEnvelope } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { StoredEvent } from '../../domain/ports/event-log.ts';
import type { RecordedEvent } from './view.ts';

/** Decodes an event for the views. Throws LetheError `event-undecodable` naming the position. */
export function decodeEvent(stored: StoredEvent): RecordedEvent {
  const { position, revision, recordedAt } = stored;
  try {
    // Assigned, not spread: the envelope was parsed for this event alone, and copying it costs as much as the zod check.
    return Object.assign(decodeEnvelope(stored.envelope), { position, revision, recordedAt });
  } catch (cause) {
    throw new LetheError('event-undecodable', `the event at position ${position} cannot be read`, { cause });
  }
}

export interface DecodedBatch {
  readonly events: readonly RecordedEvent[];
  /** Why the event after the last of `events` cannot be read. */
  readonly poison?: LetheError;
}

/** Decodes up to the first event that cannot be read, so that what stands before it is not held up. */
export function decodeBatch(stored: readonly StoredEvent[]): DecodedBatch {
  const events: RecordedEvent[] = [];
  for (const event of stored) {
    try {
      events.push(decodeEvent(event));
    } catch (poison) {
      if (!(poison instanceof LetheError)) throw poison;
      return { events, poison };
    }
  }
  return { events };
}
