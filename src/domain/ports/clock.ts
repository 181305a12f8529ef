/** The one source of time. Injected, so that a test can move it; UTC, millisecond resolution. */
export interface Clock {
  now(): Date;
}
