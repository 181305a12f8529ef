import { Duration } from 'luxon';

/** How numbers, dates and names stand in a report. */
const NUMBER = new Intl.NumberFormat('en-GB');

export const number = (value: number): string => NUMBER.format(value);

/** 2026-11-21 10:00:00 UTC */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const momentOr = (date: Date | null | undefined, otherwise = '–'): string =>
  date === null || date === undefined ? otherwise : moment(date);

/** P30D → 30 days */
export const span = (duration: string): string => Duration.fromISO(duration, { locale: 'en-GB' }).toHuman();

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

export const orDash = (text: string | null | undefined): string =>
  text === null || text === undefined || text === '' ? '–' : text;

/** Rows of a table on paper; all of them are in the data. */
export const ROWS_ON_PAPER = 100;

/** The line under a table that does not hold everything. */
export const remainder = (shown: number, all: number, dataset: string): string | undefined =>
  shown >= all
    ? undefined
    : `The first ${number(shown)} of ${number(all)}; all of them are in data/${dataset}.csv and data/${dataset}.ndjson.`;
