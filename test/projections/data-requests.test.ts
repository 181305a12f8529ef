import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countOverdueDataRequests,
  listDataRequests,
  openDataRequests,
} from '../../src/projections/data-requests/queries.ts';
import { dataRequests } from '../../src/projections/data-requests/view.ts';
import { tenantsBeingOffboarded } from '../../src/projections/offboardings/queries.ts';
import { offboardings } from '../../src/projections/offboardings/view.ts';
import type { EventData } from '../../src/domain/events/catalogue.ts';
import type { NewEvent } from '../../src/domain/ports/event-log.ts';
import { day, dayDate, event, OTHER_SUBJECT, OTHER_TENANT, SUBJECT, TENANT } from './support/events.ts';
import { openLedger, type Ledger } from './support/ledger.ts';

const dsrId = (number: number): string => `d5000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const REPORT = '4e000000-0000-4000-8000-0000000000aa';
const SHA256 = 'ab'.repeat(32);

const received = (
  number: number,
  data: Partial<EventData<'dsr.received'>> = {},
  about: { tenant?: string; subject?: string } = {},
): NewEvent =>
  event(
    'dsr.received',
    { dsr: dsrId(number), kind: 'access', routedTo: 'platform', dueBy: day(31), ...data },
    { subject: SUBJECT, time: day(0), ...about },
  );

let ledger: Ledger;
async function follow(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: [dataRequests, offboardings] });
  await projector.start();
  await projector.caughtUp(position).finally(() => projector.stop());
}
const list = (query = {}, tenant = TENANT) =>
  ledger.as(tenant, db => listDataRequests(db, tenant, { limit: 10, now: dayDate(40), ...query }));

beforeAll(async () => {
  ledger = await openLedger();
  await follow(
    received(1),
    event('dsr.started', { dsr: dsrId(1), report: REPORT }, { subject: SUBJECT, time: day(1) }),
    event(
      'dsr.fulfilled',
      { dsr: dsrId(1), outcome: 'fulfilled', report: REPORT, sha256: SHA256 },
      { subject: SUBJECT, time: day(2) },
    ),
    received(2, { routedTo: 'organisation', dueBy: day(35) }, { subject: OTHER_SUBJECT }),
    event('dsr.handed-over', { dsr: dsrId(2), to: 'platform' }, { subject: OTHER_SUBJECT, time: day(3) }),
    received(3, { routedTo: 'organisation', kind: 'objection', purpose: 'analytics' }),
    event(
      'dsr.extended',
      { dsr: dsrId(3), months: 2, reason: 'complexity', dueBy: day(92) },
      { time: day(4) },
    ),
    received(4, {}, { tenant: OTHER_TENANT }),
    event('dsr.started', { dsr: dsrId(4), report: REPORT }, { tenant: OTHER_TENANT }),
  );
});
afterAll(() => ledger.close());

describe('the view of data requests', () => {
  test('says what has become of each, newest first', async () => {
    expect(await list()).toMatchObject([
      { dsr: dsrId(3), state: 'with-organisation', dueBy: dayDate(92), extendedMonths: 2, overdue: false },
      {
        ...{ dsr: dsrId(2), state: 'with-platform', routedTo: 'organisation' },
        ...{ handedOverAt: dayDate(3), overdue: true },
      },
      {
        ...{ dsr: dsrId(1), state: 'answered', receivedAt: dayDate(0), answeredAt: dayDate(2) },
        ...{ outcome: 'fulfilled', report: REPORT, sha256: SHA256, overdue: false },
      },
    ]);
  });

  test('is paged, and narrowed to a person or a state', async () => {
    const [first] = await list({ limit: 1 });
    expect(await list({ cursor: first?.position, limit: 1 })).toMatchObject([{ dsr: dsrId(2) }]);
    expect(await list({ subject: OTHER_SUBJECT })).toMatchObject([{ dsr: dsrId(2) }]);
    expect(await list({ state: 'answered' })).toMatchObject([{ dsr: dsrId(1) }]);
  });

  test('shows a tenant nothing of another', async () => {
    const seen = await ledger.as(OTHER_TENANT, db =>
      listDataRequests(db, TENANT, { limit: 10, now: dayDate(40) }),
    );
    expect(seen).toEqual([]);
    expect(await list({}, OTHER_TENANT)).toMatchObject([{ dsr: dsrId(4) }]);
  });

  test('names what Lethe has to carry on, those due first, and not what people decide about', async () => {
    const open = await openDataRequests(ledger.writer, 10);
    expect(open).toMatchObject([
      { tenant: OTHER_TENANT, dsr: dsrId(4) },
      { tenant: TENANT, dsr: dsrId(2) },
    ]);
    expect(await openDataRequests(ledger.writer, 1)).toEqual(open.slice(0, 1));
    expect(await openDataRequests(ledger.writer, 10, open[0])).toEqual(open.slice(1));
  });

  test('counts what is past its date and not answered, the dates of extensions included', async () => {
    const overdueOn = (days: number) => countOverdueDataRequests(ledger.writer, dayDate(days));
    expect([await overdueOn(31), await overdueOn(32), await overdueOn(40)]).toEqual([0, 1, 2]);
    expect(await overdueOn(93)).toBe(3);
  });
});

describe('the view of offboardings', () => {
  const offboarding = 'd5000000-0000-4000-8000-0000000000bb';
  const open = () => tenantsBeingOffboarded(ledger.writer);

  test('names a tenant from the confirmation on, until it is erased or withdrawn', async () => {
    await follow(event('offboarding.announced', { offboarding, by: 'key-1', notBefore: day(30) }));
    expect(await open()).toEqual([]);
    await follow(event('offboarding.confirmed', { offboarding }));
    expect(await open()).toEqual([TENANT]);
    await follow(event('offboarding.started', { offboarding, kmsKeys: ['kms-1'] }));
    expect(await open()).toEqual([TENANT]);
    const end = { offboarding, kmsKeys: ['kms-1'], erasedAt: day(31), certificate: REPORT };
    await follow(event('tenant.erased', end));
    expect(await open()).toEqual([]);
  });

  test('forgets a tenant whose offboarding was withdrawn', async () => {
    const other = { tenant: OTHER_TENANT };
    await follow(
      event('offboarding.announced', { offboarding, by: 'key-1', notBefore: day(30) }, other),
      event('offboarding.confirmed', { offboarding }, other),
      event('offboarding.withdrawn', { offboarding }, other),
    );
    expect(await open()).toEqual([]);
  });
});
