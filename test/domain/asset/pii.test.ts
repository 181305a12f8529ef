import { describe, expect, test } from 'vitest';
import { assetDecider, type AssetCommand } from '../../../src/domain/asset/asset.ts';
import { PII_ACTIONS, type PiiAction } from '../../../src/domain/events/pii-events.ts';
import type { EventData, LetheEvent } from '../../../src/domain/events/catalogue.ts';
import { at, day, given, id } from '../given.ts';
import { erasedOn, hiddenOn, uploaded } from './history.ts';

const flag: EventData<'pii.flagged'> = {
  source: 'detector',
  detector: 'finder',
  detectorVersion: '1.2',
  categories: ['email'],
};
const flagPii = (action: PiiAction): AssetCommand => ({
  kind: 'flag-pii',
  flag,
  action,
  request: id(1),
  at: day(3),
});
const flagged: LetheEvent = { type: 'pii.flagged', data: flag };
const applied = (action: PiiAction) =>
  ({ type: 'pii.action-applied', data: { action, detector: 'finder', detectorVersion: '1.2' } }) as const;

describe('flagging PII', () => {
  test.each(['flag', 'mask', 'hide'] as const)('applies the action of the policy: %s (promise 8)', action => {
    given(assetDecider, uploaded).when(flagPii(action)).then(flagged, applied(action));
  });

  test('starts a deletion where the policy says so', () => {
    given(assetDecider, uploaded)
      .when(flagPii('delete'))
      .then(
        flagged,
        applied('delete'),
        { type: 'deletion.requested', data: { request: id(1), cause: 'pii' } },
        {
          type: 'asset.hidden',
          data: { request: id(1), cause: 'pii', eraseAt: day(7).toISOString(), basis: 'abuse-monitoring' },
        },
      );
  });

  test('of a hidden asset is recorded, and its first deletion request stands', () => {
    given(assetDecider, uploaded, hiddenOn(1, 7)).when(flagPii('delete')).then(flagged, applied('delete'));
  });

  test('by the caller needs no detector (promise 7)', () => {
    given(assetDecider, uploaded)
      .when({ kind: 'flag-pii', flag: { source: 'caller' }, action: 'mask', request: id(1), at: day(3) })
      .then(
        { type: 'pii.flagged', data: { source: 'caller' } },
        { type: 'pii.action-applied', data: { action: 'mask' } },
      );
  });

  test('is refused for an asset that is unknown or erased', () => {
    given(assetDecider).when(flagPii('flag')).thenRefused('asset-not-found');
    given(assetDecider, uploaded, hiddenOn(1, 7), erasedOn(7))
      .when(flagPii('flag'))
      .thenRefused('asset-erased');
  });

  test('of an asset without retention dates is refused if it means a deletion', () => {
    given(assetDecider, at(day(0), { type: 'upload.received', data: {} }))
      .when(flagPii('delete'))
      .thenRefused('asset-retention-missing');
  });
});

describe('the action in force', () => {
  const apply = (action: PiiAction) => at(day(3), { type: 'pii.action-applied', data: { action } });

  test('is not weakened by a finding under a milder policy', () => {
    for (const [strictness, strict] of PII_ACTIONS.slice(0, 3).entries()) {
      for (const mild of PII_ACTIONS.slice(0, strictness + 1)) {
        given(assetDecider, uploaded, apply(strict)).when(flagPii(mild)).then(flagged, applied(strict));
      }
    }
  });

  test('is what the last finding came to, until it is cleared', () => {
    const { state } = given(assetDecider, uploaded, apply('mask'));
    expect(state.pii).toEqual({ action: 'mask', since: day(3) });
    expect(assetDecider.evolve(state, at(day(4), { type: 'pii.cleared', data: {} })).pii).toBeUndefined();
  });

  test('may come before the upload that it is about', () => {
    expect(given(assetDecider, apply('hide'), uploaded).state).toMatchObject({
      status: 'visible',
      pii: { action: 'hide' },
    });
  });

  test('when cleared brings no deleted asset back', () => {
    const cleared = at(day(4), { type: 'pii.cleared', data: {} });
    expect(given(assetDecider, uploaded, apply('delete'), hiddenOn(3, 7), cleared).state.status).toBe(
      'hidden',
    );
  });
});
