import { writeFile } from 'node:fs/promises';
import type { Cell } from '../../terminal/table.ts';
import { startProgress } from '../../terminal/progress.ts';
import { DAY_MS } from '../rhythm.ts';
import { tenantProfile } from '../tenants.ts';
import { writeNdjson } from '../write.ts';
import { castOf, simulateMonth, type Cast, type MonthOptions } from './month.ts';

export interface MonthOrder {
  readonly days: number;
  readonly users: number;
  /** Events a user a day, on average. */
  readonly rate: number;
  readonly seed: number;
  readonly plantSeed: number;
  readonly abusers: number;
  readonly until: Date;
  readonly out: string;
  /** Where to write who is who. */
  readonly truth?: string | undefined;
}

/** The planned personas write texts, and so does the tenant that they are among. */
const TENANT = 1;

/** Writes the traffic of one tenant with abusers among its users, and who they are to a file of its own. */
export async function writeMonth(order: MonthOrder): Promise<Cell[]> {
  const { days, users, rate, seed, plantSeed, abusers, until, out, truth } = order;
  const start = new Date(until.getTime() - days * DAY_MS);
  const month: MonthOptions = {
    ...{ seed, plantSeed, start, days, users, tenant: TENANT },
    ...{ events: Math.round(users * rate * days), planted: abusers },
  };
  const { name, pack } = tenantProfile(TENANT);
  const progress = startProgress({ label: name, total: days * DAY_MS });
  try {
    const { events, bytes } = await writeNdjson(simulateMonth(month), out, (written, last) =>
      progress.update(Date.parse(last.time) - start.getTime(), `${written.events} events`),
    );
    if (truth !== undefined) await writeFile(truth, `${JSON.stringify(whoIsWho(castOf(month)), null, 2)}\n`);
    return [name, pack, out === '-' ? 'standard output' : out, events, bytes / 1e6];
  } finally {
    progress.stop();
  }
}

const whoIsWho = ({ planted, honest }: Cast): object => ({
  planted: planted.map(({ kind, accounts }) => ({ kind, accounts: accounts.map(({ id }) => id) })),
  honest: honest.map(({ kind, accounts }) => ({ kind, accounts: accounts.map(({ id }) => id) })),
});
