const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Of seven days, five busy and two quiet, so that a week's mean is 1. */
const WEEKDAY = 1.12;
const WEEKEND = 0.7;
const SWING = 0.75;

/** The rhythm's largest value: what thinning draws against. */
export const BUSIEST = WEEKDAY * (1 + SWING);

/** How busy an instant is beside the mean of a week, which is 1. */
export function rhythmAt(instant: number, peakHour: number): number {
  const hour = (instant / HOUR_MS) % 24;
  const day = new Date(instant).getUTCDay();
  const week = day === 0 || day === 6 ? WEEKEND : WEEKDAY;
  return week * (1 + SWING * Math.cos(((hour - peakHour) / 24) * 2 * Math.PI));
}
