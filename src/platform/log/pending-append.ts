import { LetheError } from '../../domain/errors.ts';
import type { AppendResult, Expectation, NewEvent } from '../../domain/ports/event-log.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** An entry of a PostgreSQL B-tree holds at most some 2,700 bytes. */
const MAX_STREAM_BYTES = 1_024;
const MAX_IDENTITY_BYTES = 2_048;

/** One caller's append on its way: its events go in together or not at all. */
export interface PendingAppend {
  readonly events: readonly NewEvent[];
  readonly expectations: readonly Expectation[];
  /** Of each event, in order. */
  readonly identities: readonly string[];
  readonly streams: readonly string[];
  /** Streams that an expectation names. */
  readonly expected: readonly string[];
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

export const identityKey = (event: Pick<NewEvent, 'tenant' | 'source' | 'sourceId'>): string =>
  `${event.tenant}\0${event.sourceId}\0${event.source}`;
export const streamKey = (of: { tenant: string; stream: string }): string => `${of.tenant}\0${of.stream}`;

/** What PostgreSQL's text holds: no U+0000, no lone surrogate (which UTF-8 would turn into another character). */
const isText = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

function isStorable(event: NewEvent): boolean {
  return (
    UUID.test(event.tenant) &&
    [event.stream, event.source, event.sourceId, event.type].every(isText) &&
    Buffer.byteLength(event.stream) <= MAX_STREAM_BYTES &&
    Buffer.byteLength(event.source) + Buffer.byteLength(event.sourceId) <= MAX_IDENTITY_BYTES
  );
}

function assertStorable(events: readonly NewEvent[]): void {
  const index = events.findIndex(event => !isStorable(event));
  if (index === -1) return;
  throw new LetheError('event-unstorable', 'the log cannot hold an identifier of this event', {
    faults: [{ index, code: 'event-unstorable', message: 'not a UUID, not plain text, or too long' }],
  });
}

/** Without this, the database's own refusal would name no culprit. */
function assertDistinct(identities: readonly string[]): void {
  if (new Set(identities).size === identities.length) return;
  throw new LetheError('event-repeated', 'two events of one append carry the same identity');
}

const size = (events: readonly NewEvent[]): number =>
  events.reduce((bytes, event) => bytes + event.envelope.length + (event.sealed?.length ?? 0), 0);

/**
 * Checks what could make the database refuse the whole flush, so that one caller's fault stays its own.
 * Throws LetheError `event-unstorable` or `event-repeated`.
 */
export function pendingAppend(
  events: readonly NewEvent[],
  expectations: readonly Expectation[],
  settle: Pick<PendingAppend, 'resolve' | 'reject'>,
): PendingAppend {
  assertStorable(events);
  const identities = events.map(identityKey);
  assertDistinct(identities);
  const streams = events.map(streamKey);
  return {
    events,
    expectations,
    identities,
    streams,
    expected: expectations.map(streamKey),
    bytes: size(events),
    ...settle,
  };
}

/** Of each event: how many events of its stream stand before it in this call. */
export function offsetsInStream(batch: readonly PendingAppend[]): number[] {
  const counts = new Map<string, number>();
  return batch.flatMap(({ streams }) =>
    streams.map(stream => {
      const offset = counts.get(stream) ?? 0;
      counts.set(stream, offset + 1);
      return offset;
    }),
  );
}
