import type { EraseAsset, RequestDeletion } from '../../../src/domain/asset/asset.ts';
import type { StreamEvent } from '../../../src/domain/decider.ts';
import { at, day, id } from '../given.ts';

/** An upload of day 0 with a window of 7 days and an automatic deletion on day 30. */
export const SUBJECT = id(100);
export const retention = { windowEnds: day(7).toISOString(), scheduledFor: day(30).toISOString() };
export const uploaded: StreamEvent = at(
  day(0),
  { type: 'upload.received', data: { retention, parents: ['a-0'] } },
  SUBJECT,
);

export const hiddenOn = (days: number, eraseOn: number): StreamEvent =>
  at(day(days), {
    type: 'asset.hidden',
    data: {
      request: id(1),
      cause: 'user',
      eraseAt: day(eraseOn).toISOString(),
      basis: eraseOn > days ? 'abuse-monitoring' : 'none',
    },
  });

export const erasedOn = (days: number): StreamEvent =>
  at(day(days), {
    type: 'asset.erased',
    data: {
      batch: id(5),
      cause: 'user',
      request: id(1),
      keys: [id(7)],
      epoch: 1,
      eraseAt: day(7).toISOString(),
      erasedAt: day(days).toISOString(),
    },
  });

export const requestOn = (days: number): RequestDeletion => ({
  kind: 'request-deletion',
  request: id(1),
  cause: 'user',
  at: day(days),
});

export const eraseOn = (days: number): EraseAsset => ({
  kind: 'erase',
  batch: id(5),
  keys: [id(7)],
  epoch: 1,
  at: day(days),
});
