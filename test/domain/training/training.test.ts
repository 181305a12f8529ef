import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../src/domain/decider.ts';
import { fold } from '../../../src/domain/decider.ts';
import { subjectDecider } from '../../../src/domain/subject/subject.ts';
import {
  decideTraining,
  evolveTrainable,
  untouchedAsset,
  type TrainingDecision,
} from '../../../src/domain/training/training.ts';
import { at, day, id } from '../given.ts';

const uploaded = at(day(0), { type: 'upload.received', data: {} }, id(1));
const shared = (audience: 'community' | 'link', consent?: string): StreamEvent =>
  at(day(1), { type: 'asset.shared', data: { audience, ...(consent !== undefined && { consent }) } });
const hidden = at(day(2), {
  type: 'asset.hidden',
  data: { request: id(2), cause: 'user', eraseAt: day(30).toISOString(), basis: 'abuse-monitoring' },
});
const erased = at(day(30), {
  type: 'asset.erased',
  data: {
    ...{ batch: id(3), cause: 'user', keys: [] },
    eraseAt: day(30).toISOString(),
    erasedAt: day(30).toISOString(),
  },
});
const flagged = (action: 'flag' | 'mask'): StreamEvent =>
  at(day(1), { type: 'pii.action-applied', data: { action } });

const optedIn = at(day(0), { type: 'training.opted-in', data: {} });
const optedOut = at(day(1), { type: 'training.opted-out', data: {} });
const objected = at(day(1), { type: 'processing.objected', data: { purpose: 'training' } });
const leaving = at(day(1), { type: 'account.deletion-requested', data: { request: id(4), cause: 'user' } });

type Stance = 'never' | 'opt-in' | 'opt-out';
const decide = (
  training: Stance,
  asset: readonly StreamEvent[],
  user: readonly StreamEvent[] = [],
): TrainingDecision =>
  decideTraining([uploaded, ...asset].reduce(evolveTrainable, untouchedAsset), fold(subjectDecider, user), {
    training,
  });
const no = (reason: string) => ({ use: false, reason });

describe('a use for training', () => {
  test('is refused under a policy of never, before anything else is said (promises 2, 36)', () => {
    expect(decide('never', [shared('community', 'c')], [optedIn])).toEqual(no('policy-never'));
    expect(decide('never', [hidden, erased])).toEqual(no('policy-never'));
  });

  test('needs no word under opt-out, until the user gives one (promise 24)', () => {
    expect(decide('opt-out', [])).toEqual({ use: true });
    expect(decide('opt-out', [], [optedOut])).toEqual(no('opted-out'));
    expect(decide('opt-out', [], [optedIn])).toEqual({ use: true });
  });

  test('under opt-in needs sharing with the community, the opt-in and a consent, which it names (promise 45)', () => {
    expect(decide('opt-in', [shared('community', 'c-1')], [optedIn])).toEqual({ use: true, consent: 'c-1' });
    expect(decide('opt-in', [], [optedIn])).toEqual(no('not-shared'));
    expect(decide('opt-in', [shared('link', 'c-1')], [optedIn])).toEqual(no('not-shared'));
    expect(decide('opt-in', [shared('community', 'c-1')])).toEqual(no('no-consent'));
    expect(decide('opt-in', [shared('community')], [optedIn])).toEqual(no('no-consent'));
    expect(decide('opt-in', [shared('community', 'c-1')], [optedIn, optedOut])).toEqual(no('opted-out'));
  });

  test('counts the last sharing', () => {
    const both = [shared('community', 'c-1'), shared('link')];
    expect(decide('opt-in', both, [optedIn])).toEqual(no('not-shared'));
    expect(decide('opt-in', both.toReversed(), [optedIn])).toEqual({ use: true, consent: 'c-1' });
  });

  test.each<Stance>(['opt-in', 'opt-out'])('ends with an objection (promise 31), under %s', stance => {
    expect(decide(stance, [shared('community', 'c')], [optedIn, objected])).toEqual(no('objection'));
  });

  test.each<Stance>(['opt-in', 'opt-out'])('ends with a deletion, under %s', stance => {
    expect(decide(stance, [hidden], [optedIn])).toEqual(no('hidden'));
    expect(decide(stance, [hidden, erased], [optedIn])).toEqual(no('erased'));
    expect(decide(stance, [shared('community', 'c')], [optedIn, leaving])).toEqual(no('hidden'));
  });

  test('is refused for what the policy masks or withholds, not for what it only flags', () => {
    expect(decide('opt-out', [flagged('mask')])).toEqual(no('withheld'));
    expect(decide('opt-out', [flagged('flag')])).toEqual({ use: true });
  });
});
