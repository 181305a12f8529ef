import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { errorOf, LetheClientError } from '../../src/client/errors.ts';
import { hasDoneNothing, isPassing, waitAfter } from '../../src/client/retry.ts';

const answered = (status: number, headers: Record<string, string> = {}, code = 'internal') =>
  errorOf(new Response('', { status, headers }), JSON.stringify({ code, status, detail: 'as it is' }));

describe('the wait before another attempt', () => {
  test('doubles, is random by half, and has an end', () => {
    expect([1, 2, 3, 4].map(attempt => waitAfter(attempt, 0, 0))).toEqual([50, 100, 200, 400]);
    expect(waitAfter(3, 0, 0.5)).toBe(300);
    expect(waitAfter(1_000, 0, 0)).toBe(5_000);
  });

  test('is never shorter than what the answer asks for', () => {
    expect(waitAfter(1, 2_000, 0)).toBe(2_000);
    expect(waitAfter(1, 2_000, 0.9)).toBeGreaterThan(2_000);
  });
});

describe('an answer that is no success', () => {
  test.each([
    ['2', 2_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('that says Retry-After: %s asks for %s ms', (header, ms) => {
    expect(answered(503, { 'retry-after': header }).retryAfterMs).toBe(ms);
  });

  test.each([429, 500, 502, 503, 504])('of status %i is worth another attempt', status => {
    expect(isPassing(answered(status))).toBe(true);
  });

  test.each([400, 401, 403, 404, 409, 410, 413, 422])('of status %i is final', status => {
    expect(isPassing(answered(status))).toBe(false);
  });

  test('of an asset that keeps changing is worth another attempt', () => {
    expect(isPassing(answered(409, {}, 'log-conflict'))).toBe(true);
  });

  test('that is no problem of the service keeps its status', () => {
    const error = errorOf(new Response('', { status: 502 }), '<html>');
    expect([error.code, error.status, error.problem]).toEqual(['answer-unreadable', 502, undefined]);
  });

  test('means that nothing was done only where the service itself says so', () => {
    expect(hasDoneNothing(answered(503))).toBe(true);
    expect(hasDoneNothing(answered(500))).toBe(false);
    expect(hasDoneNothing(errorOf(new Response('', { status: 503 }), ''))).toBe(false);
    expect(hasDoneNothing(new LetheClientError('unreachable', 'no answer'))).toBe(false);
  });
});

test('an error shows no event when it is printed', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: '/studio',
    type: 'upload.received',
    data: { subject: 'heron@user.example' },
  } as const;
  const error = answered(400).of(event);
  expect(error.event).toBe(event);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('heron');
  expect(JSON.stringify(error)).not.toContain('heron');
});
