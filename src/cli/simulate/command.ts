import { parse } from 'node:path';
import type { Command } from 'commander';
import { LetheError } from '../../domain/errors.ts';
import { instant, positiveNumber, wholeNumber } from '../numbers.ts';
import { startProgress } from '../terminal/progress.ts';
import { renderTable, type Cell } from '../terminal/table.ts';
import { writeMonth } from './month/command.ts';
import { DAY_MS } from './rhythm.ts';
import { tenantProfile } from './tenants.ts';
import { simulateTraffic } from './traffic.ts';
import { writeNdjson, type Written } from './write.ts';

/** Within the shortest maximum retention of the packs: nothing is erased as it is imported. */
const DAYS = 28;

export interface SimulateOptions {
  readonly days: number;
  readonly users: number;
  readonly rate: number;
  readonly seed: number;
  readonly out: string;
  readonly tenants: number;
  readonly until: Date;
  /** People among the users who abuse the service; 0 leaves the traffic as it is. */
  readonly abusers: number;
  readonly plantSeed: number;
  readonly truth?: string | undefined;
}

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('write realistic traffic as CloudEvents NDJSON, ready for `lethe import`')
    .option('--days <number>', 'days of traffic', wholeNumber(1), DAYS)
    .option('--users <number>', 'users over all tenants', wholeNumber(1), 2_000)
    .option('--rate <number>', 'events a user a day, on average', positiveNumber, 4)
    .option('--seed <number>', 'the same seed, options and --until give the same bytes', wholeNumber(0), 1)
    .option('--until <instant>', 'where the traffic ends', instant, lastMidnight(new Date()))
    .option(
      '--tenants <number>',
      'organisations under different packs, a file each: FILE-<name>',
      wholeNumber(1),
      1,
    )
    .option(
      '--abusers <number>',
      'abusers of five kinds, and honest users with their habits',
      wholeNumber(0),
      0,
    )
    .option('--plant-seed <number>', 'seed of the abusers alone', wholeNumber(0), 1)
    .option('--truth <file>', 'where to write who the abusers are')
    .option('--out <file>', 'where to write; - for standard output', '-')
    .action(async (options: SimulateOptions) => {
      const head = ['tenant', 'pack', 'written to', 'events', 'MB'];
      process.stderr.write(`${renderTable(head, await simulate(options))}\n`);
    });
}

/** Writes one file a tenant and says what stands where. Throws `simulate-usage` where that can't be. */
export async function simulate(options: SimulateOptions): Promise<Cell[][]> {
  if (options.tenants > 1 && options.out === '-') {
    throw new LetheError('simulate-usage', 'several tenants need a file each: name one with --out');
  }
  if (options.users < options.tenants) throw new LetheError('simulate-usage', 'every tenant needs a user');
  if (options.abusers > 0) {
    if (options.tenants > 1)
      throw new LetheError('simulate-usage', 'abusers are among the users of one tenant');
    return [await writeMonth(options)];
  }
  const rows: Cell[][] = [];
  for (let tenant = 0; tenant < options.tenants; tenant++) {
    const { name, pack } = tenantProfile(tenant);
    const out = options.tenants === 1 ? options.out : fileOf(options.out, name);
    const { events, bytes } = await simulateTenant(options, tenant, out);
    rows.push([name, pack, out === '-' ? 'standard output' : out, events, bytes / 1e6]);
  }
  return rows;
}

/** Progress counts simulated time, because the number of events is not known beforehand. */
async function simulateTenant(options: SimulateOptions, tenant: number, out: string): Promise<Written> {
  const { seed, days, rate, until } = options;
  const start = new Date(until.getTime() - days * DAY_MS);
  const users = shareOf(options.users, options.tenants, tenant);
  const progress = startProgress({ label: tenantProfile(tenant).name, total: days * DAY_MS });
  try {
    const events = simulateTraffic({ seed, tenant, start, days, users, rate });
    return await writeNdjson(events, out, (written, last) =>
      progress.update(Date.parse(last.time) - start.getTime(), `${written.events} events`),
    );
  } finally {
    progress.stop();
  }
}

/** Users of one tenant: as even as whole numbers allow. */
const shareOf = (users: number, tenants: number, tenant: number): number =>
  Math.floor((users * (tenant + 1)) / tenants) - Math.floor((users * tenant) / tenants);

/** traffic.ndjson → traffic-atelier.ndjson */
function fileOf(out: string, name: string): string {
  const { dir, name: stem, ext } = parse(out);
  return `${dir === '' ? '' : `${dir}/`}${stem}-${name}${ext}`;
}

const lastMidnight = (now: Date): Date => new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
