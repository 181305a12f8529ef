import { unreachable } from '../errors.ts';
import type { Fact } from './fact.ts';
import { MOST_RECENT, noneRecent, remember, takeOut, type RecentAssets } from './recent-assets.ts';
import type { RuleName } from './rule-names.ts';
import { count, DAY_MS, SCALES, sum, type Measure, type Tally } from './tally.ts';

/**
 * What the rules remember of one account: counts, and the newest assets that a signal would rest on. Plain data of a bounded
 * size, so that a snapshot is its JSON. One owner changes it in place: it is touched for every event of the log.
 */
export interface AccountState {
  readonly counts: Readonly<Record<keyof typeof SCALES, Tally>>;
  /** What was made within a day, as far as it is remembered one by one. */
  readonly recent: RecentAssets;
  /** The newest of each, oldest first. */
  readonly assets: Record<'made' | 'deleted' | 'flagged' | 'blocked', string[]>;
  /** When each rule last signalled the account. */
  readonly signalled: Partial<Record<RuleName, number>>;
  /** When the account last came half-way to a rule. */
  markedAt?: number;
  /** When it was last looked at together with those it shares something with. */
  comparedAt?: number;
  bannedAt?: number;
}

/** Of each kind: a signal names those of one or two kinds. */
const MOST_ASSETS = 50;

export const newAccount = (): AccountState => ({
  counts: { hour: [], day: [], month: [] },
  recent: noneRecent(),
  assets: { made: [], deleted: [], flagged: [], blocked: [] },
  signalled: {},
});

/** Takes a fact into the account's state, in place. The end of an account is its owner's to act on. */
export function evolve(state: AccountState, fact: Fact): void {
  switch (fact.kind) {
    case 'made':
      make(state, fact.asset, fact.at);
      break;
    case 'deleted':
      remove(state, fact.asset, fact.at);
      break;
    case 'flagged':
      flag(state, fact.asset, fact.at);
      break;
    case 'blocked':
      if (fact.isMade) make(state, fact.asset, fact.at);
      note(state.assets.blocked, fact.asset);
      add(state, 'blocked', fact.at);
      break;
    case 'banned':
      state.bannedAt = fact.at;
      break;
    case 'asset-erased':
      forget(state, fact.asset);
      break;
    case 'account-erased':
      break;
    default:
      unreachable(fact);
  }
}

/** Several detectors may flag the same asset. */
function flag(state: AccountState, asset: string, at: number): void {
  if (state.assets.flagged.includes(asset)) return;
  note(state.assets.flagged, asset);
  add(state, 'flagged', at);
}

function make(state: AccountState, asset: string, at: number): void {
  remember(state.recent, asset, at);
  note(state.assets.made, asset);
  add(state, 'made', at);
}

function remove(state: AccountState, asset: string, at: number): void {
  note(state.assets.deleted, asset);
  add(state, 'deleted', at);
  const madeAt = takeOut(state.recent, asset);
  const isYoung = madeAt === undefined ? mayBeCrowdedOut(state, at) : at - madeAt <= DAY_MS;
  if (isYoung) add(state, 'young', at);
}

/**
 * Whoever makes more in a day than is remembered by id must not be safe by that: what is not remembered counts as young, up
 * to as much as was made within the day and is neither remembered nor deleted.
 */
function mayBeCrowdedOut(state: AccountState, at: number): boolean {
  const made = inDay(state, 'made', at);
  return made > MOST_RECENT && state.recent.at.length + inDay(state, 'young', at) < made;
}

function forget(state: AccountState, asset: string): void {
  takeOut(state.recent, asset);
  for (const list of Object.values(state.assets)) {
    const place = list.indexOf(asset);
    if (place >= 0) list.splice(place, 1);
  }
}

function add({ counts }: AccountState, measure: Measure, at: number): void {
  count(counts.hour, SCALES.hour, measure, at);
  count(counts.day, SCALES.day, measure, at);
  count(counts.month, SCALES.month, measure, at);
}

function note(list: string[], asset: string): void {
  if (list.length >= MOST_ASSETS) list.shift();
  list.push(asset);
}

/** Counts within the hour, the 24 hours, or so many days that end with that instant. */
export const inHour = ({ counts }: AccountState, measure: Measure, at: number): number =>
  sum(counts.hour, SCALES.hour, measure, at);
export const inDay = ({ counts }: AccountState, measure: Measure, at: number): number =>
  sum(counts.day, SCALES.day, measure, at);
export const inDays = ({ counts }: AccountState, measure: Measure, at: number, days: number): number =>
  sum(counts.month, SCALES.month, measure, at, days + 1);

/** Part of a whole, at most 1; 0 of nothing. */
export const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, part / whole));
