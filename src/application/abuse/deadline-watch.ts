import type { Clock } from '../../domain/ports/clock.ts';
import { addDuration } from '../../domain/time/duration.ts';
import type { Attempts } from '../attempts.ts';
import type { CaseOpener, UrgentSignal } from './case-opener.ts';
import { DEFAULTS, type Adoptions } from './rule-sets.ts';

/** What the watch asks of the views; they may lag, which only makes a case later. */
export interface SignalIndex {
  /** Tenants with signals whose evidence is still there. */
  tenants(): Promise<readonly string[]>;
  /** Signals without a case of which an asset is erased by then, the most pressing first. */
  due(tenant: string, until: Date, limit: number): Promise<readonly UrgentSignal[]>;
}

export interface DeadlineWatchDeps {
  readonly index: SignalIndex;
  readonly adoptions: Adoptions;
  readonly caseOpener: CaseOpener;
  readonly clock: Clock;
  readonly attempts: Attempts;
}

/**
 * Signals wait for somebody to look. Where nobody has, and the evidence has come near its erasure since (in its time, or
 * because the user deletes it), a case is opened from them: by the `caseLead` that is in force now. Answers how many.
 */
export const createDeadlineWatch =
  ({ index, adoptions, caseOpener, clock, attempts }: DeadlineWatchDeps) =>
  async (limit: number): Promise<number> => {
    const openFor = async (tenant: string): Promise<number> => {
      const { rules } = (await adoptions(tenant)).at(-1) ?? DEFAULTS;
      const due = await index.due(tenant, addDuration(clock.now(), rules.caseLead), limit);
      for (const urgent of due) await caseOpener.openFor(tenant, urgent);
      return due.length;
    };
    let opened = 0;
    for (const tenant of await index.tenants()) {
      opened += (await attempts.of(tenant, () => openFor(tenant))) ?? 0;
    }
    return opened;
  };
