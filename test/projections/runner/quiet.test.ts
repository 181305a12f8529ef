import { expect, test } from 'vitest';
import { Positions } from '../../../src/projections/runner/positions.ts';

const LONG_MS = 60_000;
const never = new AbortController().signal;

test('a rest ends as soon as somebody waits for a position', async () => {
  const positions = new Positions();
  positions.set('view', 1);
  const rest = positions.quiet(LONG_MS, never);
  const waiting = positions.reached(2, ['view']);
  await rest;
  positions.set('view', 2);
  await waiting;
});

test('there is no rest while somebody waits', async () => {
  const positions = new Positions();
  const waiting = positions.reached(1, ['view']);
  await positions.quiet(LONG_MS, never);
  positions.set('view', 1);
  await waiting;
});

test('a rest ends when the projector stops', async () => {
  const abort = new AbortController();
  const rest = new Positions().quiet(LONG_MS, abort.signal);
  abort.abort();
  await expect(rest).resolves.toBeUndefined();
});
