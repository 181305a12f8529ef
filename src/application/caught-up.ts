import type { EventLog } from '../domain/ports/event-log.ts';
import type { ViewIndex } from './ports.ts';

/** How long an answer waits for the views, milliseconds. */
export const CATCH_UP_MS = 5_000;

/** Waits until the views show everything that the log holds now. Throws `view-behind` after five seconds. */
export const caughtUp = async ({
  views,
  log,
}: {
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly log: Pick<EventLog, 'head'>;
}): Promise<void> => views.reached(await log.head(), CATCH_UP_MS);
