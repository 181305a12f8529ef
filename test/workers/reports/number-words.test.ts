import { expect, test } from 'vitest';
import { measured } from '../../../src/workers/reports/number-words.ts';

test.each<readonly [string, number | string | null, string]>([
  ['servedAfterwards', 1234, 'served afterwards: 1,234'],
  ['hideMsMedian', 0, 'hide median: 0 ms'],
  ['hideMsP99', 1500, 'hide 99th percentile: 1.5 seconds'],
  ['longestDelayMs', 250_494_143, 'longest delay: 2.9 days'],
  ['ageDaysLeast', 1.5, 'age least: 1.5 days'],
  ['handOverHoursMedian', null, 'hand over median: none'],
  ['sealedShare', 100, 'sealed share: 100 %'],
  ['inFullWithoutNda', 0, 'in full without NDA: 0'],
  ['required-by-law', 2, 'required by law: 2'],
  ['hosts', '', 'hosts: none'],
])('%s of %j reads “%3$s”', (name, value, words) => {
  expect(measured(name, value)).toBe(words);
});
