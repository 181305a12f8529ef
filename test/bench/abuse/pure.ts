import { createRuleAccounts } from '../../../src/application/abuse/accounts.ts';
import { createRuleRun, isForRules, type PlacedEvent } from '../../../src/application/abuse/rule-run.ts';
import { adoptedAlways } from '../../../src/application/abuse/rule-sets.ts';
import { simulateMonth, type MonthOptions } from '../../../src/cli/simulate/month/month.ts';
import { DEFAULT_RULES } from '../../../src/domain/rules/rule-set.ts';
import { createPlacing } from './placed.ts';
import type { Signalled } from './scoreboard.ts';

const EVENTS_AT_ONCE = 5_000;

export interface PureRun {
  /** Events of the month as the platform reports them. */
  readonly events: number;
  readonly found: readonly Signalled[];
  /** Spent in the rules. */
  readonly ms: number;
}

/** The service's own rules over a month, with its events straight from the simulation. */
export async function runPure(month: MonthOptions): Promise<PureRun> {
  const { place, neighbours } = createPlacing();
  const run = createRuleRun({
    accounts: createRuleAccounts({ load: () => Promise.resolve([]) }),
    adoptions: adoptedAlways(DEFAULT_RULES),
    neighbours,
  });
  const found: Signalled[] = [];
  let ms = 0;
  const take = async (batch: readonly PlacedEvent[]): Promise<void> => {
    const began = performance.now();
    found.push(...(await run.take(batch)).map(({ finding }) => finding));
    ms += performance.now() - began;
  };
  let batch: PlacedEvent[] = [];
  let events = 0;
  for (const event of simulateMonth(month)) {
    events++;
    const placed = place(event);
    if (isForRules(placed.event.type)) batch.push(placed);
    if (batch.length < EVENTS_AT_ONCE) continue;
    await take(batch);
    batch = [];
  }
  await take(batch);
  return { events, found, ms };
}
