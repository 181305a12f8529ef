import { expect, test } from 'vitest';
import { z } from 'zod';
import { adviceOf, fieldOf, flatIssues } from '../../src/domain/schema-faults.ts';

const order = z.union([
  z.strictObject({ kind: z.enum(['a', 'b']), assets: z.array(z.string().max(3)) }),
  z.strictObject({ kind: z.enum(['a', 'b']), subject: z.string() }),
]);

const faults = (schema: z.ZodType, value: unknown): string[] =>
  flatIssues(schema.safeParse(value).error?.issues ?? []).map(
    issue => `${fieldOf(issue)}: ${adviceOf(issue)}`,
  );

test('of alternatives none of which fits, the faults of the nearest are named', () => {
  expect(faults(order, { kind: 'a', assets: ['long enough'] })).toEqual([
    'assets.0: Too big: expected string to have <=3 characters',
  ]);
});

test('an alternative within another field keeps its place', () => {
  expect(faults(z.object({ hold: order }), { hold: { kind: 'c', subject: 'user' } })).toEqual([
    'hold.kind: Invalid option: expected one of "a"|"b"',
  ]);
});

test('neither the value nor a key that the caller made up is repeated', () => {
  const said = faults(order, { kind: 'a', subject: 'user', 'ada@example.com': 'secret' });
  expect(said).toEqual([': has a field that is not known']);
});
