import {
  between,
  burst,
  eventsOf,
  removeAll,
  sittings,
  someDays,
  withRegistration,
  type Month,
  type Session,
} from './session.ts';
import type { Account, Stage } from './stage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What one account does, sitting by sitting, in order of time. Each draws its own habits, within wide bounds. */
export type Conduct = (stage: Stage, account: Account, month: Month) => Session[];

/** Makes much, then deletes nearly all of it at one go; on other days some use it like everybody. */
export const massDeleter: Conduct = (stage, account, month) => {
  const { random } = stage;
  const cover = random.chance(0.5) ? random.integer(2, 6) : 0;
  const raids = someDays(random, month, random.integer(3, 8));
  const sessions = sittings(random, month, raids, at => {
    const made = burst(stage, account, at, random.integer(15, 120), random.integer(8_000, 60_000));
    const thorough = between(random, 0.7, 1);
    const gone = made.made.filter(() => random.chance(thorough)).map(({ asset }) => asset);
    const later = made.end + random.integer(2 * MINUTE_MS, 10 * HOUR_MS);
    return [...eventsOf(made), ...removeAll(stage, account, later, gone, random.integer(1_000, 30_000))];
  });
  const quiet = sittings(random, month, someDays(random, month, cover), at =>
    eventsOf(burst(stage, account, at, random.integer(2, 12), 45_000)),
  );
  const all = [...sessions, ...quiet].sort((one, other) => one.at - other.at);
  return withRegistration(stage, account, all);
};

/** A script: hundreds of calls an hour, for some hours. */
export const raider: Conduct = (stage, account, month) => {
  const { random } = stage;
  const days = someDays(random, month, random.integer(2, 5));
  const sessions = sittings(random, month, days, at => {
    const perHour = random.integer(200, 900);
    const count = Math.floor(perHour * between(random, 1, 3));
    return eventsOf(burst(stage, account, at, count, HOUR_MS / perHour - 500));
  });
  return withRegistration(stage, account, sessions);
};

/** Works through other people's data: most of what it sends is flagged. Some delete it bit by bit, never much at one go. */
export const harvester: Conduct = (stage, account, month) => {
  const { random } = stage;
  const flagged = between(random, 0.45, 0.95);
  const deleted = random.chance(0.5) ? between(random, 0.6, 1) : 0;
  const days = someDays(random, month, random.integer(2, 6));
  const sessions = sittings(random, month, days, at => {
    const end = () => ({ isFlagged: random.chance(flagged) });
    const made = burst(stage, account, at, random.integer(12, 90), random.integer(15_000, 120_000), end);
    const gone = made.made.filter(() => random.chance(deleted)).map(({ asset }) => asset);
    return [...eventsOf(made), ...removeAll(stage, account, made.end, gone, 8 * MINUTE_MS)];
  });
  return withRegistration(stage, account, sessions);
};

/** One account of a ring: moderate by itself, some refused often, some deleting much, some both. */
export const ringMember: Conduct = (stage, account, month) => {
  const { random } = stage;
  const refused = between(random, 0.03, 0.35);
  const deleted = between(random, 0.1, 0.9);
  const days = someDays(random, month, random.integer(4, 12));
  const sessions = sittings(random, month, days, at => {
    const end = () => ({ isBlocked: random.chance(refused) });
    const made = burst(stage, account, at, random.integer(6, 30), random.integer(20_000, 90_000), end);
    const gone = made.made.filter(({ isBlocked }) => !isBlocked && random.chance(deleted));
    const ids = gone.map(({ asset }) => asset);
    return [...eventsOf(made), ...removeAll(stage, account, made.end + MINUTE_MS, ids, 20_000)];
  });
  return withRegistration(stage, account, sessions);
};

/** Refused again and again, often barred, and back under another account on the same device or payment. */
export function evader(stage: Stage, accounts: readonly Account[], month: Month): Session[] {
  const { random } = stage;
  let day = random.integer(0, Math.max(0, month.days - 4 * accounts.length));
  return accounts.flatMap(account => {
    const days = Array.from({ length: random.integer(1, 2) }, () => day++);
    const isBarred = random.chance(0.6);
    const refused = between(random, 0.2, 0.6);
    const sessions = sittings(random, month, days, (at, index) => {
      const end = () => ({ isBlocked: random.chance(refused) });
      const made = burst(stage, account, at, random.integer(6, 20), random.integer(20_000, 120_000), end);
      const isLast = isBarred && index === days.length - 1;
      return [...eventsOf(made), ...(isLast ? [stage.bar(made.end + HOUR_MS, account)] : [])];
    });
    day += random.integer(0, 2);
    return withRegistration(stage, account, sessions);
  });
}
