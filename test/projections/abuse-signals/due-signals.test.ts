import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { dueSignals, tenantsWithEvidence } from '../../../src/projections/abuse-signals/due-signals.ts';
import { abuseSignals } from '../../../src/projections/abuse-signals/view.ts';
import { casesView } from '../../../src/projections/cases/view.ts';
import { userAssets } from '../../../src/projections/user-assets/view.ts';
import { day, dayDate, deletion, erasure, event, SUBJECT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const SIGNAL = '51000000-0000-4000-8000-000000000001';
const LATER = '51000000-0000-4000-8000-000000000002';

const signal = (id: string, assets: string[]) =>
  event(
    'abuse.signalled',
    {
      ...{ signal: id, rule: 'velocity', version: 0, severity: 'medium', score: 1.5 },
      ...{ window: { from: day(0), to: day(1) }, reasons: { madeInHour: 360 }, assets },
    },
    { subject: SUBJECT },
  );

async function given(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: [userAssets, abuseSignals, casesView] });
  await projector.start();
  await projector.caughtUp(position);
  await projector.stop();
}

/** Of the one tenant; days count from the first day of every test. */
const dueUntil = async (days: number): Promise<[string, Date][]> =>
  (await dueSignals(ledger.writer, TENANT, { until: dayDate(days), limit: 10 })).map(
    ({ signal: id, eraseAt }) => [id, eraseAt],
  );

test('a signal is due by the first of its assets, as deletions move it, until a case is opened or all is erased', async () => {
  await given(
    ...['first', 'second', 'third'].map(asset => upload(asset, { subject: SUBJECT })),
    signal(SIGNAL, ['first', 'second']),
    signal(LATER, ['third']),
  );
  expect(await dueUntil(59)).toEqual([]);
  expect((await dueUntil(60)).map(([id]) => id)).toEqual([SIGNAL, LATER]);

  await given(...deletion('second'));
  expect(await dueUntil(29)).toEqual([]);
  expect(await dueUntil(30)).toEqual([[SIGNAL, dayDate(30)]]);

  await given(...erasure('second'));
  expect(await dueUntil(30)).toEqual([]);
  expect((await dueUntil(60)).map(([id]) => id)).toEqual([SIGNAL, LATER]);

  await given(
    event('case.opened', { case: SIGNAL, priority: 'high', origin: 'deadline', signals: [SIGNAL] }),
  );
  expect((await dueUntil(60)).map(([id]) => id)).toEqual([LATER]);

  expect(await tenantsWithEvidence(ledger.writer)).toEqual([TENANT]);
  await given(...erasure('first'), ...erasure('third'));
  expect(await dueUntil(60)).toEqual([]);
  expect(await tenantsWithEvidence(ledger.writer)).toEqual([]);
});
