import { expect, test } from 'vitest';
import { LetheError, unreachable } from '../../src/domain/errors.ts';

test('an error carries a code, and empty faults and details unless given', () => {
  const error = new LetheError('some-code', 'what to mend');
  expect(error).toMatchObject({ name: 'LetheError', code: 'some-code', message: 'what to mend' });
  expect(error.faults).toEqual([]);
  expect(error.details).toEqual({});
  expect('cause' in error).toBe(false);
});

test('an error keeps its cause', () => {
  const cause = new Error('below');
  expect(new LetheError('some-code', 'above', { cause }).cause).toBe(cause);
});

test('reaching an excluded state is a defect', () => {
  expect(() => unreachable('nowhere' as never)).toThrow('unreachable');
});
