import { describe, expect, test } from 'vitest';
import { fold } from '../../../src/domain/decider.ts';
import type { LetheEvent } from '../../../src/domain/events/catalogue.ts';
import { offboardingDecider } from '../../../src/domain/offboarding/offboarding.ts';
import { preservationDecider } from '../../../src/domain/preservation/preservation.ts';
import { at, day, given, id } from '../given.ts';

const offboarding = id(1);
const announcedEvent: LetheEvent<'offboarding.announced'> = {
  type: 'offboarding.announced',
  data: { offboarding, by: 'key-1', notBefore: day(30).toISOString() },
};
const confirmedEvent: LetheEvent = { type: 'offboarding.confirmed', data: { offboarding } };
const withdrawnEvent: LetheEvent = { type: 'offboarding.withdrawn', data: { offboarding } };
const exportingEvent: LetheEvent = { type: 'offboarding.exporting', data: { offboarding, report: id(2) } };
const startedEvent: LetheEvent = { type: 'offboarding.started', data: { offboarding, kmsKeys: ['kms-1'] } };
const erasedEvent: LetheEvent<'tenant.erased'> = {
  type: 'tenant.erased',
  data: {
    offboarding,
    kmsKeys: ['kms-1', 'kms-2'],
    erasedAt: day(31).toISOString(),
    certificate: id(3),
    report: id(2),
  },
};

const announced = at(day(0), announcedEvent);
const confirmed = at(day(1), confirmedEvent);
const withdrawn = at(day(2), withdrawnEvent);
const exporting = at(day(1), exportingEvent);
const started = at(day(30), startedEvent);
const erased = at(day(31), erasedEvent);

const announce = { kind: 'announce', offboarding, by: 'key-1', notBefore: day(30) } as const;
const confirm = { kind: 'confirm', by: 'key-2' } as const;
const withdraw = { kind: 'withdraw' } as const;
const start = {
  kind: 'start',
  kmsKeys: ['kms-1'],
  held: false,
  exported: true,
  windowsEnd: day(30),
  at: day(30),
} as const;
const complete = {
  kind: 'complete',
  ...{ kmsKeys: ['kms-1', 'kms-2'], foundGone: [], certificate: id(3), at: day(31) },
} as const;

describe('announcing', () => {
  test('says who did it, and until when nothing is destroyed', () => {
    given(offboardingDecider).when(announce).then(announcedEvent);
  });

  test('is possible again once it was withdrawn, not while one is under way', () => {
    given(offboardingDecider, announced).when(announce).thenRefused('offboarding-exists');
    given(offboardingDecider, announced, confirmed, started, erased)
      .when(announce)
      .thenRefused('offboarding-exists');
    given(offboardingDecider, announced, withdrawn).when(announce).then(announcedEvent);
  });
});

describe('confirming', () => {
  test('takes another person', () => {
    given(offboardingDecider, announced).when(confirm).then(confirmedEvent);
    given(offboardingDecider, announced)
      .when({ ...confirm, by: 'key-1' })
      .thenRefused('own-approval');
  });

  test('takes another person the second time too, and is then no event', () => {
    given(offboardingDecider, announced, confirmed).when(confirm).thenNothing();
    given(offboardingDecider, announced, confirmed)
      .when({ ...confirm, by: 'key-1' })
      .thenRefused('own-approval');
  });

  test('takes an announcement', () => {
    given(offboardingDecider).when(confirm).thenRefused('offboarding-not-found');
    given(offboardingDecider, announced, withdrawn).when(confirm).thenRefused('offboarding-not-found');
  });
});

describe('withdrawing', () => {
  test('is possible until the destruction begins', () => {
    given(offboardingDecider, announced).when(withdraw).then(withdrawnEvent);
    given(offboardingDecider, announced, confirmed, exporting).when(withdraw).then(withdrawnEvent);
    given(offboardingDecider, announced, confirmed, exporting, started)
      .when(withdraw)
      .thenRefused('offboarding-started');
    given(offboardingDecider, announced, confirmed, started, erased)
      .when(withdraw)
      .thenRefused('offboarding-started');
    given(offboardingDecider).when(withdraw).thenRefused('offboarding-not-found');
  });
});

describe('the export', () => {
  test('that failed is asked for again, once', () => {
    const again = { kind: 'export', report: id(9), replaces: id(2), at: day(3) } as const;
    const second: LetheEvent = { type: 'offboarding.exporting', data: { offboarding, report: id(9) } };
    given(offboardingDecider, announced, confirmed, exporting).when(again).then(second);
    given(offboardingDecider, announced, confirmed, exporting, at(day(2), second))
      .when(again)
      .thenNothing();
    given(offboardingDecider, announced, confirmed, exporting, started).when(again).thenNothing();
  });

  test('is asked for once', () => {
    given(offboardingDecider, announced, confirmed)
      .when({ kind: 'export', report: id(2), at: day(1) })
      .then(exportingEvent);
    given(offboardingDecider, announced, confirmed, exporting)
      .when({ kind: 'export', report: id(9), at: day(3) })
      .thenNothing();
    given(offboardingDecider, announced)
      .when({ kind: 'export', report: id(2), at: day(1) })
      .thenNothing();
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [6, 32],
    [7, 60],
    [40, 60],
  ])('that failed %i times is asked for again %i minutes after the last', (failures, minutes) => {
    const failed = Array.from({ length: failures }, (_, index) =>
      at(day(index), { type: 'offboarding.exporting', data: { offboarding, report: id(100 + index) } }),
    );
    const asked = given(offboardingDecider, announced, confirmed, ...failed);
    const again = (after: number) =>
      ({
        kind: 'export',
        ...{ report: id(9), replaces: id(99 + failures) },
        at: new Date(day(failures - 1).getTime() + after * 60_000),
      }) as const;
    asked.when(again(minutes - 0.01)).thenNothing();
    expect(asked.when(again(minutes)).events).toHaveLength(1);
  });
});

describe('the destruction', () => {
  const ready = given(offboardingDecider, announced, confirmed, exporting);

  test('begins when notice and windows are over, nothing is held and the evidence is out', () => {
    ready.when(start).then(startedEvent);
    ready.when({ ...start, windowsEnd: undefined }).then(startedEvent);
  });

  test.each([
    ['the notice', { at: day(29.9) }, ['notice', 'retention']],
    ['a minimum window (promises 9, 11)', { windowsEnd: day(31) }, ['retention']],
    ['the export', { exported: false }, ['export']],
  ])('waits for %s', (_what, circumstances, waits) => {
    const error = ready.when({ ...start, ...circumstances }).thenRefused('offboarding-waits');
    expect(error.details).toEqual({ waits });
  });

  test('waits for a hold', () => {
    ready.when({ ...start, held: true }).thenRefused('held');
  });

  test('begins only once confirmed, and only once', () => {
    given(offboardingDecider, announced).when(start).thenNothing();
    given(offboardingDecider, announced, confirmed, exporting, withdrawn).when(start).thenNothing();
    given(offboardingDecider, announced, confirmed, exporting, started).when(start).thenNothing();
  });

  test('ends with a certificate that names every key and the export', () => {
    given(offboardingDecider, announced, confirmed, exporting, started).when(complete).then(erasedEvent);
    given(offboardingDecider, announced, confirmed, exporting, started, erased).when(complete).thenNothing();
  });

  test('ends with a certificate that says which keys were found gone, and so does the state', () => {
    const foundGone = ['kms-1'];
    const then = { ...erasedEvent, data: { ...erasedEvent.data, foundGone } };
    const begun = [announced, confirmed, exporting, started];
    given(offboardingDecider, ...begun)
      .when({ ...complete, foundGone })
      .then(then);
    expect(fold(offboardingDecider, [...begun, at(day(31), then)])).toMatchObject({ foundGone });
    expect(fold(offboardingDecider, [...begun, erased])).toMatchObject({ foundGone: [] });
  });

  test('is certified only where it was begun', () => {
    given(offboardingDecider, announced, confirmed).when(complete).thenNothing();
  });
});

describe('a hold', () => {
  const ask = {
    kind: 'request-hold',
    order: {
      hold: id(5),
      kind: 'litigation',
      authority: 'court/1',
      ground: 'claim',
      scope: { subject: id(6) },
      requestedBy: 'key-dpo',
    },
    at: day(30),
  } as const;

  test('is asked for while the offboarding waits', () => {
    expect(given(preservationDecider, announced, confirmed).when(ask).events).toHaveLength(1);
  });

  test('comes too late once the destruction has begun', () => {
    given(preservationDecider, announced, confirmed, started).when(ask).thenRefused('hold-too-late');
    given(preservationDecider, announced, confirmed, started, erased).when(ask).thenRefused('hold-too-late');
  });
});
