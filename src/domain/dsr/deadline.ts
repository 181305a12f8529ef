import { DateTime } from 'luxon';

/** The month of GDPR Art. 12(3), and the two by which it may be extended. */
export const DSR_MONTHS = 1;
export const MOST_FURTHER_MONTHS = 2;

/** Days until Monday, by ISO weekday. */
const UNTIL_MONDAY: Readonly<Record<number, number>> = { 6: 2, 7: 1 };

/**
 * When a period of calendar months that runs from `receivedAt` ends, by Regulation (EEC, Euratom) 1182/71, in UTC: with
 * the last hour of the same date of the last month, or of that month's last day where it has no such date (Art. 3(2)(c)),
 * and where that is a Saturday or Sunday with the last hour of the Monday (Art. 3(4)). Public holidays differ from country
 * to country and are not counted: without them the date is never later than the law's.
 */
export function monthsAfter(receivedAt: Date, months: number): Date {
  const last = DateTime.fromJSDate(receivedAt, { zone: 'utc' }).plus({ months });
  const days = UNTIL_MONDAY[last.weekday] ?? 0;
  return last.plus({ days }).endOf('day').toJSDate();
}

/** When a request has to be answered; `furtherMonths` is what it was extended by. */
export const dueBy = (receivedAt: Date, furtherMonths = 0): Date =>
  monthsAfter(receivedAt, DSR_MONTHS + furtherMonths);
