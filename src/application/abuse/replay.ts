import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { RuleName } from '../../domain/rules/rule-names.ts';
import { ahead } from '../ahead.ts';
import { createRuleAccounts } from './accounts.ts';
import type { Neighbours } from './neighbours.ts';
import type { Adoptions } from './rule-sets.ts';
import { createRuleRun, isForRules, type Found, type PlacedEvent } from './rule-run.ts';

export interface ReplayDeps {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly neighbours: Neighbours;
  readonly adoptions: Adoptions;
}

export interface ReplayOptions {
  /** One tenant's history; all tenants' where it is absent. */
  readonly tenant?: string | undefined;
  /** Signals of that time are told, by the events' own; what was before is gone through all the same. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Position of the last event. */
  readonly head: number;
  readonly batchSize: number;
  readonly onProgress: (position: number) => void;
}

/** A signal as far as two runs are compared: whom it is about, by which rule, and when it was found. */
export interface ReplayedSignal {
  readonly tenant: string;
  readonly subject: string;
  readonly rule: RuleName;
  readonly at: Date;
}

export interface Replay {
  readonly events: number;
  /** What these rules would have raised. */
  readonly would: readonly ReplayedSignal[];
  /** What was raised. */
  readonly was: readonly ReplayedSignal[];
}

/**
 * Runs rules over the history of the log, and raises nothing: what a change would have found. Tokens leave with the assets, so
 * what accounts shared before an erasure is not found again. Every account of the history is in memory, at some 3 kB each.
 */
export async function replayRules({ log, ...deps }: ReplayDeps, options: ReplayOptions): Promise<Replay> {
  const accounts = createRuleAccounts({ load: () => Promise.resolve([]) });
  const run = createRuleRun({ accounts, ...deps });
  const would: ReplayedSignal[] = [];
  const was: ReplayedSignal[] = [];
  let events = 0;
  for await (const batch of ahead(batches(log, options))) {
    const placed = batch.filter(event => isTelling(event, options.tenant)).map(place);
    was.push(...placed.flatMap(raisedIn));
    would.push(...(await run.take(placed)).map(signalIn));
    events += batch.length;
    options.onProgress(batch.at(-1)?.position ?? 0);
  }
  const isWanted = inRange(options);
  return { events, would: would.filter(isWanted), was: was.filter(isWanted) };
}

async function* batches(
  log: ReplayDeps['log'],
  { head, batchSize }: ReplayOptions,
): AsyncGenerator<readonly StoredEvent[]> {
  let after = 0;
  while (after < head) {
    const limit = Math.min(batchSize, head - after);
    const batch = await log.readAll(after, limit, { withoutSealed: true });
    if (batch.length === 0) return;
    yield batch;
    after = batch.at(-1)?.position ?? head;
  }
}

const isTelling = ({ type, tenant }: StoredEvent, only: string | undefined): boolean =>
  (isForRules(type) || type === 'abuse.signalled') && (only === undefined || tenant === only);

const place = ({ envelope, position, revision }: StoredEvent): PlacedEvent => ({
  event: decodeEnvelope(envelope),
  ...{ position, revision },
});

function raisedIn({ event }: PlacedEvent): ReplayedSignal[] {
  if (event.type !== 'abuse.signalled' || event.subject === undefined) return [];
  const { tenant, subject, data } = event;
  return [{ tenant, subject, rule: data.rule, at: new Date(data.window.to) }];
}

const signalIn = ({ tenant, finding: { subject, rule, at } }: Found): ReplayedSignal => ({
  ...{ tenant, subject, rule },
  at: new Date(at),
});

const inRange =
  ({ from, to }: ReplayOptions) =>
  ({ at }: ReplayedSignal): boolean =>
    (from === undefined || at >= from) && (to === undefined || at <= to);
