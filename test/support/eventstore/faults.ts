import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What happens to one append. lost-before: the connection is cut and nothing is stored · lost-after: it is cut once the
 * events are stored · silent: stored, and no answer ever comes · not-leader: refused, with the leader's address · busy:
 * refused as unavailable · timeout: not stored, and the server says that it took too long · slow: 100 ms later.
 */
export type Fault = 'lost-before' | 'lost-after' | 'silent' | 'not-leader' | 'busy' | 'timeout' | 'slow';

export interface Faults {
  /** The next appends meet these, in order; those after them go well. */
  script(...faults: readonly Fault[]): void;
  take(): Fault | undefined;
  /** How many have come to pass. */
  met(): number;
  /** Keeps the next append from being answered or stored, and all after it; resolves when it has come. */
  hold(): Promise<void>;
  /** Forgets what was held; appends go well again. */
  drop(): void;
  /** Whether an append is to be held; told so, it has come. */
  isHeld(): boolean;
}

export function createFaults(): Faults {
  const script: Fault[] = [];
  let met = 0;
  let arrived: (() => void) | undefined;
  return {
    hold: () =>
      new Promise(resolve => {
        arrived = resolve;
      }),
    drop: () => {
      arrived = undefined;
    },
    isHeld: () => {
      arrived?.();
      return arrived !== undefined;
    },
    script: (...faults) => void script.push(...faults),
    take: () => {
      const fault = script.shift();
      if (fault !== undefined) met++;
      return fault;
    },
    met: () => met,
  };
}

export const slowly = (fault: Fault | undefined): Promise<void> =>
  fault === 'slow' ? sleep(100) : Promise.resolve();
