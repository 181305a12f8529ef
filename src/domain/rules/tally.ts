/** What is counted of an account. `young` are the deletions of assets at most a day old. */
export const MEASURES = { made: 1, deleted: 2, young: 3, flagged: 4, blocked: 5 } as const;
export type Measure = keyof typeof MEASURES;

/** One bucket of time: its number since 1970, then a count a measure. */
type Bucket = [
  number: number,
  made: number,
  deleted: number,
  young: number,
  flagged: number,
  blocked: number,
];
/** Buckets in which something happened, oldest first. */
export type Tally = Bucket[];

export interface Scale {
  readonly bucketMs: number;
  /** Buckets that are kept, the one that is still filling included. */
  readonly keep: number;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A sliding window to within one bucket: 5 minutes of an hour, an hour of a day, a day of 30. Memory has a bound: 69 buckets. */
export const SCALES = {
  hour: { bucketMs: HOUR_MS / 12, keep: 13 },
  day: { bucketMs: HOUR_MS, keep: 25 },
  month: { bucketMs: DAY_MS, keep: 31 },
} as const satisfies Readonly<Record<string, Scale>>;

/** Counts one at that instant, in place. What is older than the buckets that are kept changes nothing. */
export function count(tally: Tally, { bucketMs, keep }: Scale, measure: Measure, at: number): void {
  const number = Math.floor(at / bucketMs);
  const bucket = bucketOf(tally, number, keep);
  if (bucket !== undefined) bucket[MEASURES[measure]]++;
}

function bucketOf(tally: Tally, number: number, keep: number): Bucket | undefined {
  const last = tally.at(-1);
  if (last?.[0] === number) return last;
  if (last !== undefined && number <= last[0] - keep) return undefined;
  // Reporters' clocks differ: an event may belong to a bucket before the last.
  const place = tally.findLastIndex(([other]) => other <= number);
  const found = tally[place];
  if (found?.[0] === number) return found;
  const fresh: Bucket = [number, 0, 0, 0, 0, 0];
  tally.splice(place + 1, 0, fresh);
  const newest = Math.max(number, last?.[0] ?? number);
  while ((tally[0]?.[0] ?? newest) <= newest - keep) tally.shift();
  return fresh;
}

/** The count over the buckets that end with the one of that instant: `buckets` of them, all that are kept by default. */
export function sum(
  tally: Tally,
  { bucketMs, keep }: Scale,
  measure: Measure,
  at: number,
  buckets = keep,
): number {
  const newest = Math.floor(at / bucketMs);
  const column = MEASURES[measure];
  let total = 0;
  for (let index = tally.length - 1; index >= 0; index--) {
    const bucket = tally[index];
    if (bucket === undefined || bucket[0] <= newest - buckets) break;
    if (bucket[0] <= newest) total += bucket[column];
  }
  return total;
}
