import { day, event, OTHER_SUBJECT, SUBJECT } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { adopted, made, trained, viewed } from './support/stories.ts';

const stated = (type: 'training.opted-out' | 'training.opted-in', tenant: string, at: number) =>
  event(type, {}, { tenant, subject: SUBJECT, time: day(at) });
const shared = (tenant: string, asset = 'a') =>
  event(
    'asset.shared',
    { audience: 'community', consent: 'consent-1' },
    { tenant, asset, subject: SUBJECT, time: day(61) },
  );

clauseTests([
  {
    number: 2,
    holds: { 'assets exist and none was used': tenant => [made(tenant)] },
    numbers: { assets: 1, uses: 0 },
    breaks: { 'one was used': tenant => [trained(tenant)] },
  },
  {
    number: 24,
    holds: {
      'nothing was used after the opt-out': tenant => [
        made(tenant),
        trained(tenant),
        stated('training.opted-out', tenant, 62),
      ],
      'the user has opted in again': tenant => [
        made(tenant),
        stated('training.opted-out', tenant, 61),
        stated('training.opted-in', tenant, 62),
        trained(tenant),
      ],
      "another user's asset was used": tenant => [
        made(tenant, 'b', {}, { subject: OTHER_SUBJECT }),
        stated('training.opted-out', tenant, 61),
        event('training.used', { run: 'run-1' }, { tenant, asset: 'b', subject: OTHER_SUBJECT }),
      ],
    },
    numbers: { optedOut: 1, uses: 1, usesAfterOptOut: 0 },
    breaks: { 'an asset was used after the opt-out': tenant => [trained(tenant)] },
  },
  {
    number: 31,
    holds: {
      'an objection was respected': tenant => [
        made(tenant),
        event('processing.objected', { purpose: 'training' }, { tenant, subject: SUBJECT, time: day(61) }),
      ],
    },
    numbers: { objections: 1, objectionsToTraining: 1, usesAfterObjection: 0 },
    noEvidence: {
      'the objection is to what leaves no use on record': tenant => [
        made(tenant),
        event('processing.objected', { purpose: 'marketing' }, { tenant, subject: SUBJECT, time: day(61) }),
      ],
    },
    breaks: { 'a use went against it': tenant => [trained(tenant)] },
  },
  {
    number: 35,
    holds: { 'inputs served inference': tenant => [made(tenant)] },
    numbers: { assets: 1, training: 0 },
    breaks: { 'one served training': tenant => [trained(tenant)] },
  },
  {
    number: 36,
    holds: { 'no version allows training': tenant => [made(tenant)] },
    numbers: { versions: 1, versionsThatAllowTraining: 0, uses: 0 },
    breaks: {
      'a version allows training': tenant => [adopted(tenant, 2, { training: 'opt-in' }, 90)],
      'an asset was used': tenant => [trained(tenant)],
    },
  },
  {
    number: 45,
    holds: {
      'what was used was shared under a consent': tenant => [
        made(tenant),
        shared(tenant),
        trained(tenant, 'a', 'consent-1'),
      ],
    },
    numbers: { shared: 1, sharedWithCommunity: 1, uses: 1, usesWithoutConsent: 0 },
    breaks: {
      'the use names no consent': tenant => [trained(tenant)],
      'the use names another consent': tenant => [trained(tenant, 'a', 'consent-2')],
      'the public opened what was not shared': tenant => [
        viewed(tenant, { purpose: 'serving', viewer: 'public' }, { asset: 'b' }),
      ],
      'the asset was not shared': tenant => [made(tenant, 'b'), trained(tenant, 'b', 'consent-1')],
      'it is shared with fewer people since': tenant => [
        event(
          'asset.shared',
          { audience: 'link', consent: 'consent-1' },
          { tenant, asset: 'a', subject: SUBJECT, time: day(62) },
        ),
        trained(tenant, 'a', 'consent-1'),
      ],
      'it was shared afterwards': tenant => [
        made(tenant, 'b'),
        trained(tenant, 'b', 'consent-1'),
        shared(tenant, 'b'),
      ],
    },
  },
]);
