import { describe, expect, test } from 'vitest';
import { dsrDecider } from '../../../src/domain/dsr/dsr.ts';
import { routeOf } from '../../../src/domain/dsr/routing.ts';
import type { LetheEvent } from '../../../src/domain/events/catalogue.ts';
import type { DsrRoute } from '../../../src/domain/events/dsr-events.ts';
import { PACKS } from '../../../src/domain/policy/policy.ts';
import { at, day, given, id } from '../given.ts';

/** Day 0 is 1 March 2025, a Saturday: the month ends on 1 April, a Tuesday. */
const DUE = '2025-04-01T23:59:59.999Z';
const SHA256 = 'ab'.repeat(32);

const receivedEvent = (routedTo: DsrRoute): LetheEvent<'dsr.received'> => ({
  type: 'dsr.received',
  data: { dsr: id(1), kind: 'access', routedTo, dueBy: DUE },
});
const received = (routedTo: DsrRoute = 'platform') => at(day(0), receivedEvent(routedTo), id(9));
const handedOver = (to: DsrRoute) => at(day(1), { type: 'dsr.handed-over', data: { dsr: id(1), to } });
const started = at(day(2), { type: 'dsr.started', data: { dsr: id(1), report: id(2) } });
const answered = at(day(3), { type: 'dsr.fulfilled', data: { dsr: id(1), outcome: 'fulfilled' } });
const extended = (months: number, dueBy: string): LetheEvent<'dsr.extended'> => ({
  type: 'dsr.extended',
  data: { dsr: id(1), months, reason: 'complexity', dueBy },
});

const receive = {
  kind: 'receive',
  request: { dsr: id(1), kind: 'access', routedTo: 'platform' },
  receivedAt: day(0),
} as const;
const extend = { kind: 'extend', months: 1, reason: 'complexity', at: day(20) } as const;
const start = { kind: 'start', report: id(2) } as const;
const fulfil = { kind: 'answer', answer: { outcome: 'fulfilled', report: id(2), sha256: SHA256 } } as const;

describe('a data request', () => {
  test('has its date from the first moment on', () => {
    given(dsrDecider).when(receive).then(receivedEvent('platform'));
  });

  test('is received once', () => {
    given(dsrDecider, received()).when(receive).thenNothing();
  });

  test('waits with whoever it is routed to', () => {
    expect(given(dsrDecider, received('organisation')).state).toMatchObject({
      status: 'with-organisation',
      subject: id(9),
      receivedAt: day(0),
      dueBy: new Date(DUE),
    });
  });

  test.each([extend, start, fulfil, { kind: 'hand-over', to: 'platform' } as const])(
    'that is not there cannot be changed: $kind',
    command => {
      given(dsrDecider).when(command).thenRefused('data-request-not-found');
    },
  );

  test.each([extend, start, fulfil, { kind: 'hand-over', to: 'platform' } as const])(
    'that is answered stays as it is: $kind',
    command => {
      given(dsrDecider, received(), started, answered).when(command).thenRefused('data-request-answered');
    },
  );
});

describe('handing over', () => {
  test('gives the turn to the other side, and the date stays', () => {
    const request = given(dsrDecider, received('organisation'));
    request
      .when({ kind: 'hand-over', to: 'platform' })
      .then({ type: 'dsr.handed-over', data: { dsr: id(1), to: 'platform' } });
    const { state } = given(dsrDecider, received('organisation'), handedOver('platform'));
    expect(state).toMatchObject({ status: 'with-platform', dueBy: new Date(DUE) });
  });

  test('to where it lies is no event', () => {
    given(dsrDecider, received()).when({ kind: 'hand-over', to: 'platform' }).thenNothing();
  });

  test('gives up a report that is being made, so that another can be', () => {
    const { state } = given(dsrDecider, received(), started, handedOver('platform'));
    expect(state).toMatchObject({ status: 'with-platform' });
    expect(state).not.toHaveProperty('report');
  });
});

describe('extending (GDPR Art. 12(3))', () => {
  test('counts the further months from the receipt', () => {
    given(dsrDecider, received()).when(extend).then(extended(1, '2025-05-01T23:59:59.999Z'));
  });

  test('is possible twice by one month, and no further', () => {
    const once = at(day(20), extended(1, '2025-05-01T23:59:59.999Z'));
    given(dsrDecider, received(), once).when(extend).then(extended(1, '2025-06-02T23:59:59.999Z'));
    given(dsrDecider, received(), once)
      .when({ ...extend, months: 2 })
      .thenRefused('extension-used-up');
  });

  test('is refused after the date, which an extension moves', () => {
    const late = { ...extend, at: day(40) };
    given(dsrDecider, received()).when(late).thenRefused('data-request-overdue');
    const once = at(day(20), extended(1, '2025-05-01T23:59:59.999Z'));
    given(dsrDecider, received(), once).when(late).then(extended(1, '2025-06-02T23:59:59.999Z'));
  });
});

describe('answering', () => {
  test('starts with a report where the request asks for one', () => {
    given(dsrDecider, received())
      .when(start)
      .then({ type: 'dsr.started', data: { dsr: id(1), report: id(2) } });
    given(dsrDecider, received(), started)
      .when({ ...start, report: id(3) })
      .thenNothing();
  });

  test('goes on with another report in the place of one that failed, once', () => {
    const again = { ...start, report: id(3), replaces: id(2) } as const;
    const second: LetheEvent = { type: 'dsr.started', data: { dsr: id(1), report: id(3) } };
    const restarted = at(day(3), second);
    given(dsrDecider, received(), started).when(again).then(second);
    given(dsrDecider, received(), started, restarted).when(again).thenNothing();
    given(dsrDecider, received(), started, handedOver('organisation')).when(again).thenNothing();
    expect(given(dsrDecider, received(), started, restarted).state).toMatchObject({ attempts: 2 });
  });

  test('names the report and its hash (promise 28)', () => {
    given(dsrDecider, received(), started)
      .when(fulfil)
      .then({
        type: 'dsr.fulfilled',
        data: { dsr: id(1), outcome: 'fulfilled', report: id(2), sha256: SHA256 },
      });
  });

  test('with a refusal needs a ground (Art. 12(4))', () => {
    const request = given(dsrDecider, received());
    request.when({ kind: 'answer', answer: { outcome: 'refused' } }).thenRefused('ground-missing');
    request
      .when({ kind: 'answer', answer: { outcome: 'refused', ground: 'excessive' } })
      .then({ type: 'dsr.fulfilled', data: { dsr: id(1), outcome: 'refused', ground: 'excessive' } });
  });

  test('is possible whose turn it may be', () => {
    expect(given(dsrDecider, received('organisation')).when(fulfil).events).toHaveLength(1);
    expect(given(dsrDecider, received('organisation'), answered).state).toMatchObject({
      status: 'answered',
      answeredAt: day(3),
    });
  });
});

test('only the pack that promises it asks the organisation first (promise 21)', () => {
  const first = PACKS.filter(pack => routeOf({ pack }) === 'organisation');
  expect(first).toEqual(['neurasea']);
});
