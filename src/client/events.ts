import type { Operations } from './openapi.ts';

/** A CloudEvent as the service takes it: one type of the catalogue, with that type's data. */
export type RecordedEvent = Operations['POST /v1/tenants/{tenant}/events']['body'];

/** The part of an event that the client fills in where it is left out. */
type Filled = 'specversion' | 'id' | 'source';

type Unfilled<Event> = Event extends RecordedEvent
  ? Omit<Event, Filled> & Partial<Pick<Event, Filled>>
  : never;

/** What a product says of an event. `subject` is the asset, `data.subject` the user. */
export type NewEvent = Unfilled<RecordedEvent>;

/** Where an event is in the log. */
export interface Receipt {
  /** The log has the event at this position or before it. */
  readonly position: number;
  /** The asset that it is about; minted where the event names none but makes one. */
  readonly asset: string | undefined;
}

/** The event with an identity of its own: retries and duplicates are recognised by `source` and `id`. */
export const identified = (event: NewEvent, source: string): RecordedEvent => ({
  specversion: '1.0',
  id: crypto.randomUUID(),
  source,
  ...event,
});
