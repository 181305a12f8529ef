import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRowCheck } from '../../../src/workers/reports/row-check.ts';
import { codeOf } from '../../support/code-of.ts';

const schema = z.object({ asset: z.string(), createdAt: z.iso.datetime() });

test('a row counts as valid by what stands in the file: a date is text there', () => {
  const check = createRowCheck();
  check.check(schema, { asset: 'a', createdAt: new Date(0) });
  expect(check.rows).toBe(1);
});

test('a row that does not fit is refused by the names of its fields alone, and does not count', () => {
  const check = createRowCheck();
  const bad = () => check.check(schema, { asset: 'a', createdAt: 'a secret' });
  expect(codeOf(bad)).toBe('report-row-invalid');
  expect(bad).toThrow(/^(?!.*secret).*createdAt/s);
  expect(check.rows).toBe(0);
});
