import { randomUUID } from 'node:crypto';
import type { Bulletin } from '../platform/postgres/bulletin.ts';

/** Requests with events that are under way, in this process and the others of the cell. */
export interface Traffic {
  begin(): void;
  end(): void;
  /** Whether events are being taken in: what can wait then leaves the machine to them. */
  isBusy(): boolean;
}

const TOPIC = 'busy';
/** A busy process says so every so many milliseconds, and is taken to be busy for twice as long. */
const EVERY_MS = 250;

export function shareTraffic(bulletin: Pick<Bulletin, 'tell' | 'hear'>): Traffic {
  const self = randomUUID();
  let requests = 0;
  let toldAt = -Infinity;
  let heardAt = -Infinity;
  bulletin.hear(TOPIC, teller => {
    if (teller !== self) heardAt = performance.now();
  });
  return {
    begin: () => {
      requests++;
      if (performance.now() - toldAt < EVERY_MS) return;
      toldAt = performance.now();
      bulletin.tell(TOPIC, [self]);
    },
    end: () => {
      requests--;
    },
    isBusy: () => requests > 0 || performance.now() - heardAt < 2 * EVERY_MS,
  };
}
