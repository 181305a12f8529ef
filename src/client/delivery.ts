import type { Recorded } from './answers.ts';
import { asClientError, type LetheClientError, type Problem } from './errors.ts';
import type { Entry } from './outbox.ts';

/** Sends NDJSON until it is answered or the time (milliseconds since the epoch) has passed. */
export type Send = (ndjson: string, until: number) => Promise<Recorded>;

/**
 * Delivers a batch and settles each of its entries. The service takes a request whole or not at all: the events that it
 * names are refused and the others are sent again; what is too large at once goes in halves.
 */
export async function deliver(send: Send, patienceMs: number, batch: readonly Entry[]): Promise<void> {
  if (batch.length === 0) return;
  const newest = batch.at(-1)?.queuedAt ?? 0;
  try {
    const answer = await send(batch.map(({ line }) => line).join('\n'), newest + patienceMs);
    batch.forEach(({ event, accept }, index) => {
      accept({ position: answer.position, asset: event.subject ?? answer.assets?.[String(index)] });
    });
  } catch (thrown) {
    const error = asClientError(thrown);
    const bad = namedIn(error.problem, batch.length);
    if (bad.size > 0) {
      batch.filter((_, index) => bad.has(index)).forEach(entry => refuse(entry, error));
      const good = batch.filter((_, index) => !bad.has(index));
      return deliver(send, patienceMs, good);
    }
    if (error.status === 413 && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      await deliver(send, patienceMs, batch.slice(0, half));
      return deliver(send, patienceMs, batch.slice(half));
    }
    batch.forEach(entry => refuse(entry, error));
  }
}

const refuse = ({ event, refuse: tell }: Entry, error: LetheClientError): void => tell(error.of(event));

/** Places of the batch that the faults of a problem name; every line holds one event. */
function namedIn(problem: Problem | undefined, length: number): ReadonlySet<number> {
  const places = (problem?.errors ?? []).map(({ index, line }) => index ?? (line ?? 0) - 1);
  return new Set(places.filter(place => place >= 0 && place < length));
}
