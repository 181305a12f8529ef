import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { replayRules, type Replay, type ReplayedSignal } from '../application/abuse/replay.ts';
import { adoptedAlways, adoptionsIn, type Adoptions } from '../application/abuse/rule-sets.ts';
import { LetheError } from '../domain/errors.ts';
import { RULES } from '../domain/rules/rule-names.ts';
import { ruleSetSchema } from '../domain/rules/rule-set.ts';
import { companiesOf } from '../projections/abuse-entities/queries/companies.ts';
import { requireTenant } from './known-tenant.ts';
import { instant } from './numbers.ts';
import type { Stores } from './stores.ts';
import { startProgress } from './terminal/progress.ts';
import { renderTable } from './terminal/table.ts';
import { withStores } from './with-stores.ts';

const EVENTS_AT_ONCE = 5_000;

interface Flags {
  readonly tenant?: string;
  readonly rules?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly json: boolean;
}

export function registerRules(program: Command): void {
  program
    .command('rules')
    .description('the rules of abuse')
    .command('replay')
    .description(
      'run rules over the history of the log, and show what they would have signalled beside what was',
    )
    .option('--tenant <id>', "one tenant's history (default: every tenant's)")
    .option('--rules <file>', 'thresholds as JSON (default: those that each tenant had adopted at the time)')
    .option('--from <instant>', 'signals found at or after', instant)
    .option('--to <instant>', 'signals found at or before', instant)
    .option('--json', 'JSON, one signal a line', false)
    .action(async (flags: Flags) => {
      const rules = flags.rules === undefined ? undefined : await rulesIn(flags.rules);
      await withStores(stores => replay(stores, flags, rules));
    });
}

async function replay(
  { log, writer }: Pick<Stores, 'log' | 'writer'>,
  flags: Flags,
  adoptions: Adoptions = adoptionsIn(log),
): Promise<void> {
  if (flags.tenant !== undefined) await requireTenant(log, flags.tenant);
  const head = await log.head();
  const progress = startProgress({ label: 'rules', total: head });
  const began = performance.now();
  const neighbours = { of: companiesOf.bind(undefined, writer) };
  const result = await replayRules(
    { log, adoptions, neighbours },
    { ...flags, head, batchSize: EVENTS_AT_ONCE, onProgress: position => progress.update(position) },
  ).finally(() => progress.stop());
  const seconds = (performance.now() - began) / 1_000;
  process.stderr.write(`${result.events} events, ${Math.round(result.events / seconds)} a second\n`);
  process.stdout.write(flags.json ? lines(result) : `${table(result)}\n`);
}

/** Throws `rules-invalid`, with the path of the first fault. */
async function rulesIn(file: string): Promise<Adoptions> {
  const parsed = ruleSetSchema.safeParse(parse(await readFile(file, 'utf8')));
  if (parsed.success) return adoptedAlways(parsed.data);
  const [issue] = parsed.error.issues;
  throw new LetheError('rules-invalid', `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? ''}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LetheError('rules-invalid', 'the file is not JSON', { cause });
  }
}

const keyOf = ({ tenant, subject, rule }: ReplayedSignal): string => `${tenant} ${subject} ${rule}`;

/** Counts accounts: that a rule signals one of them a day earlier or once more often is no difference. */
function table({ was, would }: Replay): string {
  const rows = RULES.map(rule => {
    const accounts = (signals: readonly ReplayedSignal[]): ReadonlySet<string> =>
      new Set(signals.filter(signal => signal.rule === rule).map(keyOf));
    const [raised, now] = [accounts(was), accounts(would)];
    const both = [...now].filter(account => raised.has(account)).length;
    return [rule, raised.size, now.size, both, now.size - both, raised.size - both];
  });
  return renderTable(['rule', 'accounts signalled', 'would be', 'both', 'only now', 'no more'], rows);
}

const lines = ({ was, would }: Replay): string =>
  [...was.map(signal => ({ ...signal, run: 'was' })), ...would.map(signal => ({ ...signal, run: 'would' }))]
    .map(signal => `${JSON.stringify(signal)}\n`)
    .join('');
