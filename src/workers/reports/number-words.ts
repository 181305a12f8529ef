import { Duration } from 'luxon';
import { number } from './words.ts';

type Value = number | string | null;

/** The unit that the name of a number has in it, which goes over to the value, and how a value of it reads. */
const UNITS: readonly (readonly [unit: RegExp, read: (value: number) => string])[] = [
  [/Ms(?![a-z])/, value => spell(value)],
  [/Days(?![a-z])/, value => `${number(value)} days`],
  [/Hours(?![a-z])/, value => `${number(Math.round(value * 10) / 10)} hours`],
  [/(?=Share$)/, value => `${number(value)} %`],
];

/** A number of a clause as a reader who knows no code takes it: hideMsMedian 1500 → hide median: 1.5 seconds. */
export function measured(name: string, value: Value): string {
  const [unit, read] = UNITS.find(([pattern]) => pattern.test(name)) ?? [undefined, number];
  const words = inWords(unit === undefined ? name : name.replace(unit, ''));
  if (value === null) return `${words}: none`;
  return `${words}: ${typeof value === 'number' ? read(value) : value === '' ? 'none' : value}`;
}

/** servedAfterwards → served afterwards; p99 → 99th percentile */
const inWords = (name: string): string =>
  name
    .replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
    .replaceAll('-', ' ')
    .replace(/\bp99\b/, '99th percentile')
    .replace(/\bnda\b/, 'NDA');

/** The largest unit that gives a number of at least one. */
function spell(ms: number): string {
  const duration = Duration.fromMillis(ms);
  const unit = (['days', 'hours', 'minutes', 'seconds'] as const).find(named => duration.as(named) >= 1);
  if (unit === undefined) return `${number(Math.round(ms))} ms`;
  return `${number(Math.round(duration.as(unit) * 10) / 10)} ${unit}`;
}
