import { Duration, DateTime } from 'luxon';
import { z } from 'zod';

/** An ISO 8601 duration, positive and at most 100 years: P30D, PT5S, P1Y6M. */
export const duration = z
  .string()
  .max(64)
  .refine(isDuration, 'an ISO 8601 duration of at most 100 years, such as P30D or PT5S');

const HUNDRED_YEARS_MS = 100 * 366 * 86_400_000;

function isDuration(text: string): boolean {
  // "P" and "PT" say nothing, though the parser takes them for zero.
  if (!/\d[A-Z]$/.test(text)) return false;
  const parsed = Duration.fromISO(text);
  if (!parsed.isValid) return false;
  const ms = parsed.toMillis();
  return ms >= 0 && ms <= HUNDRED_YEARS_MS && !/-/.test(text);
}

const FIXED = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const fixedMs = new Map<string, number | undefined>();

/** Milliseconds of a duration without months and years, which alone depend on the date; otherwise undefined. */
function fixedMillis(text: string): number | undefined {
  if (!fixedMs.has(text)) fixedMs.set(text, FIXED.test(text) ? Duration.fromISO(text).toMillis() : undefined);
  return fixedMs.get(text);
}

/** `start` + `text`, in UTC; months and years by the calendar (31 January + P1M = 28 February). */
export function addDuration(start: Date, text: string): Date {
  const ms = fixedMillis(text);
  if (ms !== undefined) return new Date(start.getTime() + ms);
  return DateTime.fromJSDate(start, { zone: 'utc' }).plus(Duration.fromISO(text)).toJSDate();
}

/** Milliseconds of a duration; months and years are those that follow the beginning of 1970. */
export const millisecondsOf = (text: string): number => addDuration(new Date(0), text).getTime();

/** Which of two durations is longer, counted from a fixed date: negative, zero or positive. */
export function compareDurations(a: string, b: string): number {
  const from = new Date(Date.UTC(2024, 0, 1));
  return addDuration(from, a).getTime() - addDuration(from, b).getTime();
}
