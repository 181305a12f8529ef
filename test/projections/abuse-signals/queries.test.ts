import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import type { EventData } from '../../../src/domain/events/catalogue.ts';
import { listSignals, type SignalQuery } from '../../../src/projections/abuse-signals/queries.ts';
import { abuseSignals } from '../../../src/projections/abuse-signals/view.ts';
import { userAssets } from '../../../src/projections/user-assets/view.ts';
import { day, dayDate, event, OTHER_TENANT, SUBJECT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const signalNumbered = (n: number): string => `51000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const subjectNumbered = (n: number): string => `5b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const signal = (
  n: number,
  subject: string,
  changes: Partial<EventData<'abuse.signalled'>> = {},
  tenant = TENANT,
) =>
  event(
    'abuse.signalled',
    {
      ...{ signal: signalNumbered(n), rule: 'velocity', version: 0, severity: 'medium', score: 1.5 },
      ...{ window: { from: day(n - 1), to: day(n) }, reasons: { madeInHour: 360 }, assets: [], ...changes },
    },
    { subject, tenant, time: day(n) },
  );

async function given(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: [userAssets, abuseSignals] });
  await projector.start();
  await projector.caughtUp(position);
  await projector.stop();
}
const list = (query: Partial<SignalQuery> = {}, tenant = TENANT) =>
  ledger.as(tenant, db => listSignals(db, tenant, { limit: 100, ...query }));

describe('the list of signals', () => {
  test('shows numbers, remaining assets and how soon the first of them is erased', async () => {
    const subject = subjectNumbered(21);
    await given(upload('s21', { subject }), signal(21, subject, { assets: ['s21'] }));
    expect(await list({ subject })).toMatchObject([
      { subject, rule: 'velocity', score: 1.5, reasons: { madeInHour: 360 }, assets: ['s21'] },
    ]);
    expect(await list({ subject })).toMatchObject([{ eraseAt: dayDate(60), erasedAssets: 0 }]);
  });

  test('names neither asset nor account once their keys are destroyed, and keeps the numbers', async () => {
    const subject = subjectNumbered(22);
    await given(
      upload('s22-kept', { subject }),
      upload('s22-gone', { subject }),
      signal(22, subject, { assets: ['s22-kept', 's22-gone'] }),
    );
    await ledger.key('asset/s22-gone', 'erased');
    expect(await list({ subject })).toMatchObject([{ assets: ['s22-kept'], erasedAssets: 1 }]);
    await ledger.key(`subject/${subject}`, 'erased');
    expect(await list({ subject })).toEqual([]);
    const [row] = (await list()).filter(one => one.signal === signalNumbered(22));
    expect(row).toMatchObject({ subject: null, assets: [], erasedAssets: 2, eraseAt: null, score: 1.5 });
  });

  test('takes a signal that is reported twice once', async () => {
    const subject = subjectNumbered(23);
    await given(signal(23, subject), signal(23, subject));
    expect(await list({ subject })).toHaveLength(1);
  });

  test('is filtered by rule, severity and time, together', async () => {
    const subject = subjectNumbered(24);
    await given(
      signal(24, subject, { rule: 'ring', severity: 'high' }),
      signal(25, subject),
      signal(26, subject, { rule: 'ring', severity: 'low' }),
    );
    const numbers = async (query: Partial<SignalQuery>) =>
      (await list({ subject, ...query })).map(one => one.windowTo);
    expect(await numbers({ rule: 'ring' })).toEqual([dayDate(26), dayDate(24)]);
    expect(await numbers({ rule: 'ring', severity: 'high' })).toEqual([dayDate(24)]);
    expect(await numbers({ from: dayDate(25), to: dayDate(25) })).toEqual([dayDate(25)]);
  });

  test('is of one tenant alone', async () => {
    await given(signal(27, SUBJECT, {}, OTHER_TENANT));
    expect((await list()).map(one => one.signal)).not.toContain(signalNumbered(27));
    expect((await list({}, OTHER_TENANT)).map(one => one.signal)).toEqual([signalNumbered(27)]);
  });
});
