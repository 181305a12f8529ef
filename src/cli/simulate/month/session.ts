import type { CloudEvent } from '../cloud-event.ts';
import type { Random } from '../random.ts';
import { DAY_MS } from '../rhythm.ts';
import { LONGEST_ANSWER_MS, type Account, type CallEnd, type Made, type Stage } from './stage.ts';

/** One sitting. It is played when its time comes, so that no more than what goes on at a time is in memory. */
export interface Session {
  readonly at: number;
  /** The sitting's events, in any order, none before `at`. */
  readonly play: () => readonly CloudEvent[];
}

export interface Month {
  readonly start: number;
  readonly days: number;
}

/** Days of the month in order, `count` of them at random from `first` to the last but one. */
export function someDays(random: Random, { days }: Month, count: number, first = 0): number[] {
  const left = Array.from({ length: Math.max(0, days - 1 - first) }, (_, day) => first + day);
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(random.integer(0, left.length - 1), 1));
  }
  return chosen.sort((one, other) => one - other);
}

/** Some time of that day at which people are awake. */
const daytime = (random: Random, { start }: Month, day: number): number =>
  start + day * DAY_MS + random.integer(7 * 3_600_000, 20 * 3_600_000);

/** A sitting on each of these days, in order of time; `play` gets its instant and which of them it is. */
export const sittings = (
  random: Random,
  month: Month,
  days: readonly number[],
  play: (at: number, index: number) => readonly CloudEvent[],
): Session[] =>
  days
    .map(day => daytime(random, month, day))
    .sort((one, other) => one - other)
    .map((at, index) => ({ at, play: () => play(at, index) }));

/** A share drawn anew for each persona: nobody is the average. */
export const between = (random: Random, low: number, high: number): number =>
  low + random.next() * (high - low);

export interface Burst {
  readonly made: readonly Made[];
  /** When the last call is answered. */
  readonly end: number;
}

/** So many calls one after the other, `meanGapMs` apart on average. */
export function burst(
  stage: Stage,
  account: Account,
  at: number,
  count: number,
  meanGapMs: number,
  end: () => CallEnd = () => ({}),
): Burst {
  const made: Made[] = [];
  let now = at;
  for (let call = 0; call < count; call++) {
    made.push(stage.make(now, account, end()));
    now += 500 + stage.random.exponential(meanGapMs);
  }
  return { made, end: now + LONGEST_ANSWER_MS };
}

export const eventsOf = ({ made }: Burst): CloudEvent[] => made.flatMap(({ events }) => events);

/** Deletes these, so many milliseconds apart on average. */
export function removeAll(
  stage: Stage,
  account: Account,
  at: number,
  assets: readonly string[],
  meanGapMs: number,
): CloudEvent[] {
  let now = at;
  return assets.map(asset => {
    now += stage.random.exponential(meanGapMs);
    return stage.remove(now, account, asset);
  });
}

/** The first sitting of each account begins with its registration. */
export const withRegistration = (stage: Stage, account: Account, sessions: readonly Session[]): Session[] =>
  sessions.map((session, index) =>
    index > 0
      ? session
      : {
          at: session.at - 60_000,
          play: () => [stage.register(session.at - 60_000, account), ...session.play()],
        },
  );
