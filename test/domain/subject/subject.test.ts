import { describe, expect, test } from 'vitest';
import type { LetheEvent } from '../../../src/domain/events/catalogue.ts';
import { subjectDecider } from '../../../src/domain/subject/subject.ts';
import { mayTrain } from '../../../src/domain/subject/training.ts';
import { at, day, given, id } from '../given.ts';

const requestEvent: LetheEvent = {
  type: 'account.deletion-requested',
  data: { request: id(1), cause: 'user' },
};
const requested = at(day(1), requestEvent);
const erasedEvent: LetheEvent = {
  type: 'account.erased',
  data: { request: id(1), keys: [id(2)], erasedAt: day(30).toISOString(), certificate: id(3) },
};
const erased = at(day(30), erasedEvent);

const request = { kind: 'request-account-deletion', request: id(1), cause: 'user', at: day(1) } as const;
const erase = {
  kind: 'erase-account',
  assetsLeft: 0,
  held: false,
  keys: [id(2)],
  certificate: id(3),
  at: day(30),
} as const;

describe('asking for an account to be deleted', () => {
  test('is recorded, with or without a registration', () => {
    given(subjectDecider).when(request).then(requestEvent);
    given(subjectDecider, at(day(0), { type: 'account.registered', data: {} }))
      .when(request)
      .then(requestEvent);
  });

  test('a second time leaves the first request standing', () => {
    const account = given(subjectDecider, requested);
    account.when({ ...request, request: id(9) }).thenNothing();
    expect(account.state).toMatchObject({
      status: 'deletion-requested',
      request: id(1),
      requestedAt: day(1),
    });
  });

  test('is refused once the account is erased', () => {
    given(subjectDecider, requested, erased).when(request).thenRefused('account-deleted');
  });
});

describe('erasing an account', () => {
  test('comes last, when no asset is left (promise 29)', () => {
    given(subjectDecider, requested).when(erase).then(erasedEvent);
  });

  test('is refused while assets are left', () => {
    const error = given(subjectDecider, requested)
      .when({ ...erase, assetsLeft: 2 })
      .thenRefused('account-has-assets');
    expect(error.details).toEqual({ assetsLeft: 2 });
  });

  test('is refused while a hold preserves the subject', () => {
    given(subjectDecider, requested)
      .when({ ...erase, held: true })
      .thenRefused('account-held');
  });

  test('is refused when nobody asked for it', () => {
    given(subjectDecider).when(erase).thenRefused('account-deletion-not-requested');
  });

  test('a second time changes nothing', () => {
    const account = given(subjectDecider, requested, erased);
    account.when(erase).thenNothing();
    expect(account.state).toEqual({
      status: 'erased',
      request: id(1),
      certificate: id(3),
      erasedAt: day(30),
    });
  });

  test('leaves nothing that a late event could change', () => {
    const { state } = given(
      subjectDecider,
      requested,
      erased,
      at(day(31), { type: 'training.opted-in', data: {} }),
    );
    expect(state.status).toBe('erased');
  });
});

describe('an account', () => {
  test('remembers when it was registered first and why it is blocked', () => {
    const { state } = given(
      subjectDecider,
      at(day(0), { type: 'account.registered', data: {} }),
      at(day(1), { type: 'account.blocked', data: { ground: 'fraud' } }),
      at(day(2), { type: 'account.registered', data: {} }),
    );
    expect(state).toMatchObject({ status: 'active', registeredAt: day(0), blocked: 'fraud' });
  });
});

describe('training on what a user made', () => {
  const optedIn = at(day(0), { type: 'training.opted-in', data: {} });
  const optedOut = at(day(1), { type: 'training.opted-out', data: {} });
  const objected = at(day(2), { type: 'processing.objected', data: { purpose: 'training' } });

  test('needs no word under opt-out, until the user gives one (promise 24)', () => {
    expect(mayTrain(given(subjectDecider).state, { training: 'opt-out' })).toBe(true);
    expect(mayTrain(given(subjectDecider, optedIn, optedOut).state, { training: 'opt-out' })).toBe(false);
  });

  test('needs consent under opt-in (promise 45)', () => {
    expect(mayTrain(given(subjectDecider).state, { training: 'opt-in' })).toBe(false);
    expect(mayTrain(given(subjectDecider, optedIn).state, { training: 'opt-in' })).toBe(true);
  });

  test('never happens under a policy of none, whatever the user says (promises 2, 36)', () => {
    expect(mayTrain(given(subjectDecider, optedIn).state, { training: 'never' })).toBe(false);
  });

  test('ends with an objection or a deletion request', () => {
    expect(mayTrain(given(subjectDecider, optedIn, objected).state, { training: 'opt-in' })).toBe(false);
    expect(mayTrain(given(subjectDecider, optedIn, requested).state, { training: 'opt-in' })).toBe(false);
  });
});
