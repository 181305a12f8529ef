import type { Clock } from '../domain/ports/clock.ts';

/** What every use case needs from its surroundings; all of it injected. */
export interface Randomness {
  /** A random UUIDv4: for what must not be guessed or ordered. */
  uuid(): string;
  /** A time-ordered UUIDv7: for what is written in order. */
  uuidv7(): string;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Randomness;
}
