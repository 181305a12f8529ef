/**
 * How far a worker has come in the log. Durable when `advance` resolves. It only ever moves forward: of two processes that
 * work on the same cursor the one that is behind changes nothing.
 */
export interface Cursor {
  /** Position of the last event that is done with; 0 before the first. */
  read(): Promise<number>;
  advance(position: number): Promise<void>;
}
