import type { Conduct } from './planted.ts';
import {
  between,
  burst,
  eventsOf,
  removeAll,
  sittings,
  someDays,
  withRegistration,
  type Burst,
} from './session.ts';
import { LONGEST_ANSWER_MS } from './stage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Share of anybody's calls that is refused. */
const REFUSED = 0.03;

const answered = ({ made }: Burst): string[] =>
  made.filter(({ isBlocked }) => !isBlocked).map(({ asset }) => asset);

/** A few sittings of a few calls: those who share a device with their family, or a payment with their firm. */
export const ordinary: Conduct = (stage, account, month) => {
  const { random } = stage;
  const days = someDays(random, month, random.integer(3, 15));
  const end = () => ({ isBlocked: random.chance(REFUSED), isFlagged: random.chance(0.05) });
  const sessions = sittings(random, month, days, at => {
    const made = burst(stage, account, at, random.integer(2, 15), 45_000, end);
    const gone = answered(made).filter(() => random.chance(0.1));
    return [...eventsOf(made), ...removeAll(stage, account, made.end, gone, 30_000)];
  });
  return withRegistration(stage, account, sessions);
};

/** Deletes at once what turned out badly: about half of it. */
export const perfectionist: Conduct = (stage, account, month) => {
  const { random } = stage;
  const rejected = between(random, 0.3, 0.6);
  const days = someDays(random, month, random.integer(4, 16));
  const sessions = sittings(random, month, days, at => {
    const end = () => ({ isBlocked: random.chance(REFUSED) });
    const made = burst(stage, account, at, random.integer(8, 40), random.integer(30_000, 120_000), end);
    const gone = made.made.filter(({ isBlocked }) => !isBlocked && random.chance(rejected));
    const removed = gone.map(({ asset, madeAt }) =>
      stage.remove(madeAt + LONGEST_ANSWER_MS + random.exponential(2 * MINUTE_MS), account, asset),
    );
    return [...eventsOf(made), ...removed];
  });
  return withRegistration(stage, account, sessions);
};

/** Keeps everything, and once or twice a month deletes all that is older than some days, in one sitting. */
export const tidier: Conduct = (stage, account, month) => {
  const { random } = stage;
  let kept: { readonly asset: string; readonly madeAt: number }[] = [];
  const days = someDays(random, month, random.integer(8, 20));
  const tidies = new Set([Math.floor(days.length / 2), days.length - 1].slice(random.integer(0, 1)));
  const sessions = sittings(random, month, days, (at, index) => {
    const end = () => ({ isBlocked: random.chance(REFUSED) });
    const made = burst(stage, account, at, random.integer(4, 20), 60_000, end);
    const old = tidies.has(index) ? kept.filter(({ madeAt }) => madeAt < at - 2 * DAY_MS) : [];
    const fresh = answered(made).map(asset => ({ asset, madeAt: at }));
    kept = [...kept.filter(one => !old.includes(one)), ...fresh];
    const gone = old.map(({ asset }) => asset);
    return [...eventsOf(made), ...removeAll(stage, account, made.end + MINUTE_MS, gone, 4_000)];
  });
  return withRegistration(stage, account, sessions);
};

/** Leaves nothing behind: at the end of each short sitting all of it is deleted, what names somebody included. */
export const discreet: Conduct = (stage, account, month) => {
  const { random } = stage;
  const days = someDays(random, month, random.integer(4, 20));
  const sessions = sittings(random, month, days, at => {
    const end = () => ({ isFlagged: random.chance(0.1) });
    const made = burst(stage, account, at, random.integer(2, 12), 90_000, end);
    return [...eventsOf(made), ...removeAll(stage, account, made.end + MINUTE_MS, answered(made), 10_000)];
  });
  return withRegistration(stage, account, sessions);
};

/** Works with people's data day by day: a human resources desk, a claims office. */
export const clerk: Conduct = (stage, account, month) => {
  const { random } = stage;
  const personal = between(random, 0.2, 0.55);
  const workdays = Array.from({ length: month.days - 1 }, (_, day) => day).filter(day => day % 7 < 5);
  const sessions = sittings(random, month, workdays, at => {
    const end = () => ({ isFlagged: random.chance(personal), isBlocked: random.chance(REFUSED) });
    return eventsOf(burst(stage, account, at, random.integer(5, 30), 120_000, end));
  });
  return withRegistration(stage, account, sessions);
};

/** A studio whose own software makes variants by the dozen, within what its plan allows. */
export const studio: Conduct = (stage, account, month) => {
  const { random } = stage;
  const days = someDays(random, month, random.integer(6, 14));
  const sessions = sittings(random, month, days, at => {
    const perHour = random.integer(40, 160);
    const end = () => ({ isBlocked: random.chance(REFUSED) });
    return eventsOf(
      burst(stage, account, at, Math.floor(perHour * between(random, 0.5, 3)), HOUR_MS / perHour, end),
    );
  });
  return withRegistration(stage, account, sessions);
};
