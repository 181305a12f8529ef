import { Command } from 'commander';
import { wholeNumber } from '../../../src/cli/numbers.ts';
import { castOf, type MonthOptions } from '../../../src/cli/simulate/month/month.ts';
import { renderTable } from '../../../src/cli/terminal/table.ts';
import { runPure } from './pure.ts';
import { runReal } from './real.ts';
import { scoreboard } from './scoreboard.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** What the rules have to find, and whom they have to leave alone. */
const LEAST_FOUND = 0.9;
const MOST_HONEST = 0.02;

const command = new Command('bench:abuse')
  .description(
    'what the rules find in a simulated month: by default the rules themselves over its events, without log and views',
  )
  .option('--real', 'through a running service: log, views and worker; a smaller month will do', false)
  .option('--plant-seed <number>', 'seed of the abusers alone', wholeNumber(0), 1)
  .option('--seed <number>', 'seed of everybody else', wholeNumber(0), 1)
  .option('--events <number>', 'events of the month', wholeNumber(1), 1_000_000)
  .option('--users <number>', 'accounts, the planted included', wholeNumber(100), 20_000)
  .option('--abusers <number>', 'planted, in five kinds', wholeNumber(5), 60)
  .parse();
const { abusers, real, ...options } = command.opts<
  Pick<MonthOptions, 'plantSeed' | 'seed' | 'events' | 'users'> & {
    readonly abusers: number;
    readonly real: boolean;
  }
>();

const start = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAYS * DAY_MS);
const month: MonthOptions = { ...options, planted: abusers, tenant: 1, start, days: DAYS };
const { events, found, ms } = await (real ? runReal(month) : runPure(month));
const board = scoreboard(castOf(month), found);

process.stdout.write(`planted, seed ${month.plantSeed}\n${renderTable(board.head, board.planted)}\n`);
process.stdout.write(`honest, seed ${month.seed}\n${renderTable(board.head, board.honest)}\n`);
process.stdout.write(
  `${events} events; ${real ? 'from the first report to the last signal' : 'the rules'} ${((ms / events) * 1_000).toFixed(1)} µs an event, ${Math.round((events / ms) * 1_000)} a second\n`,
);
const isGood = board.found >= LEAST_FOUND && board.mistaken <= MOST_HONEST;
process.stdout.write(
  `${(100 * board.found).toFixed(1)} % of the planted found, ${(100 * board.mistaken).toFixed(2)} % of the honest signalled: ${isGood ? 'holds' : 'does not hold'}\n`,
);
if (!isGood) process.exitCode = 1;
