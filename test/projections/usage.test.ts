import { afterAll, beforeAll, expect, test } from 'vitest';
import { usageByDay } from '../../src/projections/usage/query.ts';
import { day, dayDate, event, OTHER_TENANT, SUBJECT, TENANT, upload } from './support/events.ts';
import { openLedger, type Ledger } from './support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  const completed = (asset: string, time: string) =>
    event(
      'generation.completed',
      { model: 'm/a:1', modality: 'image', bytes: 10, inputTokens: 2, outputTokens: 3, durationMs: 5 },
      { asset, subject: SUBJECT, time },
    );
  await ledger.given(completed('a', day(0)), completed('b', day(0.9)), completed('c', day(1)), upload('d'));
  // 00:30 in Paris is still the day before in UTC.
  await ledger.given(completed('e', '2025-03-02T00:30:00+01:00'), upload('f', { tenant: OTHER_TENANT }));
});
afterAll(() => ledger.close());

const totals = (period = {}) => ledger.as(TENANT, db => usageByDay(db, TENANT, period));
const generation = { type: 'generation.completed', model: 'm/a:1', modality: 'image' };

test('events, bytes, tokens and time add up a UTC day, type, model and modality', async () => {
  expect(await totals()).toEqual([
    {
      ...generation,
      day: '2025-03-01',
      events: 3,
      bytes: 30,
      inputTokens: 6,
      outputTokens: 9,
      durationMs: 15,
    },
    {
      ...{ day: '2025-03-01', type: 'upload.received', model: '', modality: '', events: 1, bytes: 1_000 },
      ...{ inputTokens: 0, outputTokens: 0, durationMs: 0 },
    },
    {
      ...generation,
      day: '2025-03-02',
      events: 1,
      bytes: 10,
      inputTokens: 2,
      outputTokens: 3,
      durationMs: 5,
    },
  ]);
});

test('a period takes in its first and its last day', async () => {
  expect(await totals({ from: dayDate(1), to: dayDate(1) })).toMatchObject([{ day: '2025-03-02' }]);
  expect(await totals({ to: dayDate(0) })).toHaveLength(2);
  expect(await totals({ from: dayDate(2) })).toEqual([]);
});
