import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { RuleSnapshots } from '../../domain/ports/rule-snapshots.ts';
import { inTurns } from '../in-turns.ts';
import { createRuleAccounts } from './accounts.ts';
import type { Neighbours } from './neighbours.ts';
import { adoptionsIn } from './rule-sets.ts';
import { createRuleRun, isForRules, type PlacedEvent } from './rule-run.ts';
import type { Signals } from './signals.ts';

export interface AbuseRulesDeps {
  readonly log: Pick<EventLog, 'readAll' | 'readStream' | 'head'>;
  readonly snapshots: RuleSnapshots;
  readonly neighbours: Neighbours;
  readonly signals: Signals;
  /** Up to where it is known who shares what, and what is erased when: nothing behind it is looked at yet. */
  readonly known: () => Promise<number>;
}

export interface RulesRound {
  /** Whether there was as much as one round takes, and so perhaps more. */
  readonly isFull: boolean;
  readonly signals: number;
  /** Positions of the log that are still to be gone past. */
  readonly lag: number;
}

/** The rules over live traffic. */
export interface AbuseRules {
  /** Looks through what the log has gained, up to `limit` events. Rejects where it is to be tried again, from the snapshot. */
  round(limit: number): Promise<RulesRound>;
}

/** On the one thread that also answers requests: a few milliseconds. */
const DECODED_AT_ONCE = 500;
/** Changed accounts that are saved at once; between two saves a crash costs going through the events again. */
const SAVE_FROM = 10_000;

/**
 * Follows the log from a snapshot of its own. Signals are durable before the snapshot that comes after them: a crash in
 * between goes through the same events in the same state, finds the same and raises it under the same identity.
 */
export function createAbuseRules(deps: AbuseRulesDeps): AbuseRules {
  const { log, snapshots, signals } = deps;
  let saved: number | undefined;
  let position = 0;
  const accounts = createRuleAccounts({ load: names => snapshots.load(names, saved ?? 0) });
  const run = createRuleRun({ accounts, adoptions: adoptionsIn(log), neighbours: deps.neighbours });

  const start = async (): Promise<void> => {
    run.drop();
    saved = await snapshots.position();
    position = saved;
  };

  const save = async (from: number): Promise<void> => {
    await snapshots.save({ from, position, ...accounts.changes() });
    accounts.saved();
    saved = position;
  };

  const next = async (limit: number): Promise<Omit<RulesRound, 'lag'>> => {
    if (saved === undefined) await start();
    // While the views wait for a silent KMS, the log is not read over and over for nothing.
    const ahead = Math.min(limit, (await deps.known()) - position);
    const events = ahead <= 0 ? [] : await log.readAll(position, ahead, { withoutSealed: true });
    const told: PlacedEvent[] = [];
    for await (const some of inTurns(events, DECODED_AT_ONCE)) told.push(...some.flatMap(tellingIn));
    const found = await run.take(told);
    if (found.length > 0) await signals.raise(found);
    position = events.at(-1)?.position ?? position;
    const isFull = events.length === limit;
    const from = saved ?? 0;
    const isDue = !isFull || accounts.changed >= SAVE_FROM || accounts.isFull;
    if (position > from && isDue) await save(from);
    return { isFull, signals: found.length };
  };

  return {
    round: async limit => {
      try {
        const round = await next(limit);
        return { ...round, lag: Math.max(0, (await log.head()) - position) };
      } catch (error) {
        // What is in memory may be ahead of what is saved and raised: the next round begins from the snapshot.
        saved = undefined;
        throw error;
      }
    },
  };
}

const tellingIn = ({ envelope, ...place }: StoredEvent): PlacedEvent[] =>
  isForRules(place.type) ? [{ event: decodeEnvelope(envelope), ...place }] : [];
