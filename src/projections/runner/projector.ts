import type { Pool } from 'pg';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { RunningProjector } from './running-projector.ts';
import type { View } from './view.ts';

export interface ViewFailure {
  /** undefined where the log itself could not be read. */
  readonly view: string | undefined;
  /** The batch that failed begins after this position and has at most `events` events. */
  readonly after: number;
  readonly events: number;
  readonly error: unknown;
}

export interface ViewLag {
  readonly view: string;
  readonly position: number;
  /** Log positions that the view is behind the head. */
  readonly lag: number;
}

export interface ProjectorOptions {
  readonly log: EventLog;
  /** Uses one connection a view, and one more a view that is being rebuilt. */
  readonly writer: Pool;
  readonly views: readonly View[];
  readonly batchSize?: number;
  /** Whether something more urgent wants the machine: the views then take a quarter of the time. */
  readonly isBusy?: () => boolean;
  /** Told of every view once a second, also of one that stands still. */
  readonly onLag?: (lag: ViewLag) => void;
  readonly onError?: (failure: ViewFailure) => void;
  /** Milliseconds between the retries of a view that fails. */
  readonly backoff?: { readonly first: number; readonly longest: number };
}

export interface Projector {
  /** Makes missing tables, then follows the log. Resolves when the tables stand; catching up goes on behind. */
  start(): Promise<void>;
  /** Resolves when the work in flight is committed or undone. */
  stop(): Promise<void>;
  /** Resolves when all views, or the named ones, have applied the position; rejects with the signal's reason. */
  caughtUp(position: number, options?: { views?: readonly string[]; signal?: AbortSignal }): Promise<void>;
  /** Where each view stands. */
  positions(): ReadonlyMap<string, number>;
}

/**
 * One pass over the log for all views. Each commits its own rows and checkpoint, so a view that fails stops alone,
 * is reported and tried again. Several projectors may run at once: each effect happens once.
 */
export function createProjector(options: ProjectorOptions): Projector {
  const running = new RunningProjector(options);
  return {
    start: () => running.start(),
    stop: () => running.stop(),
    caughtUp: (position, { views, signal } = {}) =>
      running.positions.reached(position, views ?? options.views.map(({ name }) => name), signal),
    positions: () => running.positions.all,
  };
}
