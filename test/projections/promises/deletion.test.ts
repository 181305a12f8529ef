import { randomUUID } from 'node:crypto';
import { day, event, OTHER_SUBJECT, SUBJECT } from '../support/events.ts';
import { clauseTests, type Story } from './support/clause-tests.ts';
import { deleted, erasedOn, made, viewed, WORKER } from './support/stories.ts';

const REQUEST = 'ac000000-0000-4000-8000-000000000001';
const unhidden: Story = tenant => [
  made(tenant, 'b'),
  event(
    'deletion.requested',
    { request: randomUUID(), cause: 'user' },
    { tenant, asset: 'b', subject: SUBJECT, time: day(70) },
  ),
];
const keptTooLong: Story = tenant => [made(tenant, 'b'), ...deleted(tenant, 'b', 90)];
const accountErased: Story = tenant => [
  made(tenant),
  event(
    'account.deletion-requested',
    { request: REQUEST, cause: 'user' },
    { tenant, subject: SUBJECT, time: day(70) },
  ),
  ...deleted(tenant, 'a', 90),
  erasedOn(tenant, 'a', 90, { due: 90, cause: 'user' }),
  event(
    'account.erased',
    { request: REQUEST, keys: [], erasedAt: day(91), certificate: randomUUID() },
    { tenant, subject: SUBJECT, time: day(91), actor: WORKER },
  ),
];

clauseTests([
  {
    number: 10,
    holds: { 'a request hid its asset': tenant => [made(tenant), ...deleted(tenant, 'a')] },
    numbers: { requests: 1, unhidden: 0, hideMsMedian: 0, hideMsP99: 0 },
    breaks: { 'another one did not': unhidden },
  },
  {
    number: 11,
    holds: {
      'a copy is kept and opened for safety': tenant => [
        made(tenant),
        ...deleted(tenant, 'a'),
        viewed(tenant, { purpose: 'safety' }),
      ],
    },
    numbers: { copies: 1, retained: 1, openedForSafety: 1, openedOtherwise: 0, beyondWindow: 0 },
    breaks: {
      'it was opened for serving': tenant => [viewed(tenant, { purpose: 'serving' })],
      'another one is kept too long': keptTooLong,
    },
  },
  {
    number: 29,
    holds: { 'the account and all it had are erased': accountErased },
    numbers: { requested: 1, erased: 1, erasedWithAssetsLeft: 0 },
    breaks: { 'an asset of it is left': tenant => [made(tenant, 'b')] },
  },
  {
    number: 42,
    holds: {
      'a user deleted a creation alone': tenant => [
        made(tenant),
        ...deleted(tenant, 'a', 90),
        erasedOn(tenant, 'a', 90, { due: 90, cause: 'user' }),
        made(tenant, 'other', {}, { subject: OTHER_SUBJECT }),
      ],
    },
    numbers: { byUser: 1, unhidden: 0, overdue: 0, eraseMsMedian: 20 * 86_400_000 },
    breaks: { 'a creation was not hidden': unhidden, 'a creation is overdue': keptTooLong },
  },
]);
