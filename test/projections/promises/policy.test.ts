import { day, event, SUBJECT } from '../support/events.ts';
import { clauseTests, type Story } from './support/clause-tests.ts';
import { adopted, altered, made } from './support/stories.ts';

const account: Story = tenant => [
  event('account.registered', {}, { tenant, subject: SUBJECT, time: day(60), sealed: true }),
];
const behind: Story = tenant => [
  adopted(tenant, 2, { maxRetention: 'P50D' }, 70),
  made(tenant, 'b', {}, { time: day(71) }),
];

clauseTests([
  {
    number: 22,
    holds: {
      'events name the version in force': tenant => [made(tenant)],
      'a new version took effect': tenant => [
        made(tenant),
        adopted(tenant, 2, { maxRetention: 'P50D' }, 70),
        altered(made(tenant, 'b', {}, { time: day(71) }), { policy: 2 }),
      ],
    },
    numbers: { events: 1, versions: 1, versionsUsedOutOfForce: 0 },
    breaks: {
      'one names a version that was replaced': behind,
      'one names a version that there is not': tenant => [altered(made(tenant, 'b'), { policy: 7 })],
      'one names a version before it was published': tenant => [
        altered(made(tenant, 'b'), { policy: 2 }),
        adopted(tenant, 2, { maxRetention: 'P50D' }, 70),
      ],
    },
  },
  {
    number: 38,
    holds: { 'an account came under the policy': account },
    numbers: { accounts: 1, versions: 1, versionsThatAllowTraining: 0, offPolicy: 0 },
    breaks: {
      'a version asks for an opt-out': tenant => [adopted(tenant, 2, { training: 'opt-out' }, 70)],
      'events are off the policy': behind,
    },
  },
]);
