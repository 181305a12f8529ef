import type { EventType, LetheEvent } from './events/catalogue.ts';
import type { Envelope } from './events/envelope.ts';

/** What a fold sees of a stored event; every envelope is one. Personal data never reaches a decider. */
export type StreamEvent<T extends EventType = EventType> = {
  [K in T]: Pick<Envelope<K>, 'type' | 'data' | 'time'> & { readonly subject?: string | undefined };
}[T];

/**
 * Decisions about one stream. Both functions are pure: time, ids and grounds arrive in the command.
 * `decide` answers with the events to append, none if nothing changes, or throws LetheError with a stable code.
 */
export interface Decider<State, Command> {
  readonly initial: State;
  decide(command: Command, state: State): LetheEvent[];
  evolve(state: State, event: StreamEvent): State;
}

/** The state that the events of a stream, oldest first, lead to. */
export const fold = <State, Command>(
  decider: Decider<State, Command>,
  events: Iterable<StreamEvent>,
  from: State = decider.initial,
): State => {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
};
