import { describe, expect, test } from 'vitest';
import { assetDecider } from '../../../src/domain/asset/asset.ts';
import type { StreamEvent } from '../../../src/domain/decider.ts';
import type { LetheEvent } from '../../../src/domain/events/catalogue.ts';
import { at, day, given, id } from '../given.ts';
import { erasedOn, eraseOn, hiddenOn, requestOn, SUBJECT, uploaded } from './history.ts';

const asset = (...past: readonly StreamEvent[]) => given(assetDecider, ...past);
const requested = { type: 'deletion.requested', data: { request: id(1), cause: 'user' } } as const;
const hidden = (eraseDay: number, basis: 'abuse-monitoring' | 'none'): LetheEvent => ({
  type: 'asset.hidden',
  data: { request: id(1), cause: 'user', eraseAt: day(eraseDay).toISOString(), basis },
});

describe('asking for a deletion', () => {
  test('within the window hides now and keeps a copy until it ends (promise 11)', () => {
    asset(uploaded).when(requestOn(3)).then(requested, hidden(7, 'abuse-monitoring'));
  });

  test('after the window erases now, and nothing is kept', () => {
    asset(uploaded).when(requestOn(12)).then(requested, hidden(12, 'none'));
  });

  test('never puts the automatic deletion off', () => {
    asset(uploaded).when(requestOn(45)).then(requested, hidden(30, 'none'));
  });

  test('a second time leaves the first request standing', () => {
    const twice = asset(uploaded, hiddenOn(3, 7));
    twice.when({ ...requestOn(5), request: id(9) }).thenNothing();
    expect(twice.state).toMatchObject({
      status: 'hidden',
      request: id(1),
      hiddenAt: day(3),
      eraseAt: day(7),
    });
  });

  test('of an erased asset changes nothing', () => {
    asset(uploaded, hiddenOn(3, 7), erasedOn(7)).when(requestOn(9)).thenNothing();
  });

  test('of an unknown asset is refused', () => {
    asset().when(requestOn(3)).thenRefused('asset-not-found');
  });

  test('of an asset without retention dates is refused rather than guessed', () => {
    asset(at(day(0), { type: 'upload.received', data: {} }))
      .when(requestOn(3))
      .thenRefused('asset-retention-missing');
  });
});

describe('erasing', () => {
  const erased = (cause: 'user' | 'schedule', due: number, on: number): LetheEvent => ({
    type: 'asset.erased',
    data: {
      ...{ batch: id(5), cause, keys: [id(7)], epoch: 1 },
      ...(cause === 'user' && { request: id(1) }),
      ...{ eraseAt: day(due).toISOString(), erasedAt: day(on).toISOString() },
    },
  });

  test('a hidden asset names the request that asked for it', () => {
    asset(uploaded, hiddenOn(3, 7))
      .when(eraseOn(8))
      .then(erased('user', 7, 8));
  });

  test('a visible asset happens on its scheduled date', () => {
    asset(uploaded)
      .when(eraseOn(30))
      .then(erased('schedule', 30, 30));
  });

  test('is refused before the date, and says when it is', () => {
    const error = asset(uploaded, hiddenOn(3, 7)).when(eraseOn(6.999)).thenRefused('erasure-too-early');
    expect(error.details).toEqual({ eraseAt: day(7).toISOString() });
    asset(uploaded).when(eraseOn(29)).thenRefused('erasure-too-early');
  });

  test('a second time changes nothing', () => {
    asset(uploaded, hiddenOn(3, 7), erasedOn(7)).when(eraseOn(8)).thenNothing();
  });

  test('an unknown asset is refused', () => {
    asset().when(eraseOn(8)).thenRefused('asset-not-found');
  });

  test('an asset without retention dates is refused', () => {
    asset(at(day(0), { type: 'upload.received', data: {} }))
      .when(eraseOn(99))
      .thenRefused('asset-retention-missing');
  });

  test('leaves the proof, and nothing that a late event could bring back', () => {
    const { state } = asset(uploaded, hiddenOn(3, 7), erasedOn(8), uploaded, hiddenOn(9, 9), erasedOn(10));
    expect(state).toMatchObject({ status: 'erased', erasedAt: day(8), eraseAt: day(7), keys: [id(7)] });
  });
});

describe('certifying an erasure', () => {
  const certify = { kind: 'certify-erasure', certificate: id(8), position: 42 } as const;
  const certified = at(day(8), {
    type: 'erasure.certified',
    data: {
      certificate: id(8),
      request: id(1),
      method: 'cryptographic-erase',
      keys: [id(7)],
      erasedAt: day(7).toISOString(),
      position: 42,
    },
  });

  test('states keys, method, time and log position', () => {
    const { events } = asset(uploaded, hiddenOn(3, 7), erasedOn(7)).when(certify);
    expect(events).toEqual([{ type: certified.type, data: certified.data }]);
  });

  test('happens once', () => {
    const done = asset(uploaded, hiddenOn(3, 7), erasedOn(7), certified);
    done.when({ ...certify, certificate: id(9) }).thenNothing();
    expect(done.state).toMatchObject({ status: 'erased', certificate: id(8) });
  });

  test('is refused for what is not erased', () => {
    asset().when(certify).thenRefused('asset-not-found');
    asset(uploaded, hiddenOn(3, 7)).when(certify).thenRefused('asset-not-erased');
  });
});

describe('an asset', () => {
  test('is known by its first creating event; later ones add and never un-hide', () => {
    const completed = at(day(9), {
      type: 'generation.completed',
      data: {
        parents: ['a-1'],
        retention: { windowEnds: day(99).toISOString(), scheduledFor: day(99).toISOString() },
      },
    });
    expect(asset(uploaded, completed).state).toMatchObject({
      status: 'visible',
      createdAt: day(0),
      subject: SUBJECT,
      parents: ['a-0', 'a-1'],
      eraseAt: day(30),
    });
    expect(asset(uploaded, hiddenOn(3, 7), completed).state).toMatchObject({
      status: 'hidden',
      eraseAt: day(7),
    });
  });

  test('has a date that only moves earlier', () => {
    expect(asset(uploaded, hiddenOn(3, 60)).state).toMatchObject({ eraseAt: day(30) });
    expect(asset(uploaded, hiddenOn(3, 7), hiddenOn(4, 20)).state).toMatchObject({ eraseAt: day(7) });
  });

  test('remembers once each whom it was shared with', () => {
    const shared = at(day(1), { type: 'asset.shared', data: { audience: 'link' } });
    expect(asset(shared, uploaded, shared, shared).state).toMatchObject({ audiences: ['link'] });
  });

  test('ignores what is hidden or erased before it exists', () => {
    expect(asset(hiddenOn(1, 7), erasedOn(2)).state).toEqual(assetDecider.initial);
  });

  test('is not changed by being looked at', () => {
    const { state } = asset(uploaded);
    expect(assetDecider.evolve(state, at(day(1), { type: 'asset.viewed', data: {} }))).toBe(state);
  });
});
