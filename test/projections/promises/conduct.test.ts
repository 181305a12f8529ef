import type { EventData } from '../../../src/domain/events/catalogue.ts';
import { day, event, OTHER_SUBJECT, SUBJECT } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { answered, tenantWith } from './support/stories.ts';

const account = (tenant: string, data: EventData<'account.registered'>) =>
  event('account.registered', data, { tenant, subject: SUBJECT, time: day(60) });
const blocked = (tenant: string, asset: string, data: Partial<EventData<'generation.blocked'>> = {}) =>
  event(
    'generation.blocked',
    {
      ...{ rule: 'example/abuse:1', ground: 'abuse', automated: true, ...data },
      retention: { windowEnds: day(90), scheduledFor: day(120) },
    },
    { tenant, asset, subject: SUBJECT, time: day(62) },
  );

clauseTests([
  {
    number: 23,
    setup: tenantWith({ pack: 'neurasea' }),
    holds: {
      'adults and guardians stand behind accounts': tenant => [
        account(tenant, { attestation: 'adult' }),
        account(tenant, { attestation: 'guardian-consent' }),
      ],
    },
    numbers: { adult: 1, guardianConsent: 1, withoutAttestation: 0 },
    breaks: { 'nobody stands behind one': tenant => [account(tenant, {})] },
    unclear: {
      'a user who was never registered has assets': tenant => [
        answered(tenant, 'a', {}, { subject: OTHER_SUBJECT }),
      ],
    },
  },
  {
    number: 40,
    setup: tenantWith({ pack: 'flux-context' }),
    holds: {
      'blocks of a request and of an account state their ground': tenant => [
        blocked(tenant, 'a'),
        event('account.blocked', { ground: 'fraud' }, { tenant, subject: SUBJECT, time: day(61) }),
      ],
    },
    numbers: { blocked: 1, accountsLimited: 1, abuse: 1, fraud: 1, withoutReasons: 0, statements: 0 },
    breaks: {
      'one does not say whether a human decided': tenant => [blocked(tenant, 'b', { automated: undefined })],
    },
  },
  {
    number: 41,
    setup: tenantWith({ pack: 'flux-context' }),
    holds: {
      'a blocked account was refused': tenant => [
        answered(tenant, 'before'),
        event('account.blocked', { ground: 'abuse' }, { tenant, subject: SUBJECT, time: day(61) }),
        blocked(tenant, 'a'),
        answered(tenant, 'reported-late'),
        answered(tenant, 'other', {}, { subject: OTHER_SUBJECT, time: day(63) }),
      ],
      'an account was limited, and served less': tenant => [
        event(
          'account.blocked',
          { ground: 'abuse', restriction: 'limit' },
          { tenant, subject: SUBJECT, time: day(61) },
        ),
        answered(tenant, 'after', {}, { time: day(63) }),
      ],
    },
    numbers: { limitedAccounts: 1, blocked: 1, servedAfterwards: 0 },
    breaks: { 'it was served': tenant => [answered(tenant, 'after', {}, { time: day(63) })] },
  },
]);
