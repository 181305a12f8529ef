import type { Clock } from '../../src/domain/ports/clock.ts';

export interface FakeClock extends Clock {
  /** Moves the time, back as well. */
  advance(ms: number): void;
}

/** A clock that only moves when it is told to. */
export function createFakeClock(start = '2026-01-01T00:00:00.000Z'): FakeClock {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    advance: ms => {
      now += ms;
    },
  };
}
