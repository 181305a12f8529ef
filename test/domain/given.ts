import { expect } from 'vitest';
import { fold, type Decider, type StreamEvent } from '../../src/domain/decider.ts';
import { LetheError } from '../../src/domain/errors.ts';
import type { LetheEvent } from '../../src/domain/events/catalogue.ts';

/** The error that an action throws; fails the test when it throws none or none of ours. */
export function failureOf(action: () => unknown): LetheError {
  try {
    action();
  } catch (error) {
    if (error instanceof LetheError) return error;
    throw error;
  }
  return expect.unreachable('expected a LetheError');
}

interface Outcome<State> {
  /** The events decided, in order. */
  then(...expected: readonly LetheEvent[]): void;
  thenNothing(): void;
  /** Refused with this code, the state being what it was. */
  thenRefused(code: string): LetheError;
  readonly events: readonly LetheEvent[];
  readonly state: State;
}

/** given / when / then for deciders: the state that `past` leads to, and what a command comes to on it. */
export const given = <State, Command>(
  decider: Decider<State, Command>,
  ...past: readonly StreamEvent[]
): { readonly state: State; when(command: Command): Outcome<State> } => {
  const state = fold(decider, past);
  const when = (command: Command): Outcome<State> => ({
    get events() {
      return decider.decide(command, state);
    },
    state,
    then: (...expected) => expect(decider.decide(command, state)).toEqual(expected),
    thenNothing: () => expect(decider.decide(command, state)).toEqual([]),
    thenRefused: code => {
      const before = structuredClone(state);
      const error = failureOf(() => decider.decide(command, state));
      expect(error.code).toBe(code);
      expect(state).toEqual(before);
      return error;
    },
  });
  return { state, when };
};

/** An event as it comes back from the log. */
export const at = (time: Date, event: LetheEvent, subject?: string): StreamEvent => ({
  ...event,
  time: time.toISOString(),
  subject,
});

const DAY_MS = 86_400_000;
/** Noon of the first day of every test's calendar. */
export const DAY_0 = new Date('2025-03-01T12:00:00.000Z');
export const day = (days: number): Date => new Date(DAY_0.getTime() + days * DAY_MS);

/** A fixed UUID by number. */
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
