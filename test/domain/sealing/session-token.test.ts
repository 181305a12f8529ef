import { expect, test } from 'vitest';
import { sessionToken } from '../../../src/domain/sealing/session-token.ts';

const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

test('tells whether two events of one asset had the same session', () => {
  expect(sessionToken(one, 'session-1')).toBe(sessionToken(one, 'session-1'));
  expect(sessionToken(one, 'session-1')).not.toBe(sessionToken(one, 'session-2'));
});

test('tells nothing of the sessions of two assets', () => {
  expect(sessionToken(one, 'session-1')).not.toBe(sessionToken(other, 'session-1'));
});

test('has 128 bits and fits the field that keeps it', () => {
  expect(sessionToken(one, 'session-1')).toMatch(/^[A-Za-z0-9_-]{22}$/);
});
