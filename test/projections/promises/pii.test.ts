import { day, event, SUBJECT } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { altered, answered, made, tenantWith } from './support/stories.ts';

const about = (tenant: string, asset: string) => ({ tenant, asset, subject: SUBJECT, time: day(61) });
const flagged = (tenant: string, asset = 'a', source: 'caller' | 'detector' = 'detector') =>
  event('pii.flagged', { source }, about(tenant, asset));
const applied = (tenant: string, action: 'flag' | 'mask' | 'hide', asset = 'a') =>
  event('pii.action-applied', { action }, about(tenant, asset));

clauseTests([
  {
    number: 7,
    holds: {
      'a personalized answer was flagged': tenant => [
        answered(tenant, 'a', { personalized: true }),
        altered(flagged(tenant, 'a', 'caller'), { source: 'lethe' }),
      ],
    },
    numbers: { personalized: 1, unflagged: 0, byCaller: 1, byDetector: 0 },
    breaks: {
      'another one was not': tenant => [answered(tenant, 'b', { personalized: true })],
      'another answer was flagged twice': tenant => [
        answered(tenant, 'b', { personalized: true }),
        altered(flagged(tenant, 'a', 'caller'), { source: 'lethe' }),
      ],
      "a detector's flag stands for none": tenant => [
        answered(tenant, 'b', { personalized: true }),
        altered(flagged(tenant, 'b'), { source: 'lethe' }),
      ],
      "a flag of the platform's own stands for none": tenant => [
        answered(tenant, 'b', { personalized: true }),
        flagged(tenant, 'b', 'caller'),
      ],
    },
  },
  {
    number: 8,
    setup: tenantWith({ piiAction: 'mask' }),
    holds: {
      'each finding led to the action that was chosen': tenant => [
        made(tenant),
        flagged(tenant),
        applied(tenant, 'mask'),
      ],
      'a stricter action is in force': tenant => [made(tenant), flagged(tenant), applied(tenant, 'hide')],
    },
    numbers: { flags: 1, mask: 1, weakerThanChosen: 0, withoutAction: 0 },
    breaks: {
      'an action is milder than chosen': tenant => [flagged(tenant), applied(tenant, 'flag')],
      'a finding led to nothing': tenant => [flagged(tenant)],
      'a finding led to nothing, another one to two actions': tenant => [
        flagged(tenant, 'b'),
        applied(tenant, 'mask'),
      ],
    },
  },
]);
