import { randomUUID } from 'node:crypto';
import { day, event, OTHER_SUBJECT, SUBJECT } from '../support/events.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { clauseTests, type Story } from './support/clause-tests.ts';
import { deleted, erasedOn, made, revealed, viewed, WORKER } from './support/stories.ts';

/** Deleted on day 70, it may be kept until day 110. */
const inWindow = { retention: { windowEnds: day(110), scheduledFor: day(120) } };
const requestedBy = (tenant: string, cause: 'user' | 'pii', requestedAt?: string): NewEvent[] => {
  const request = randomUUID();
  const about = { tenant, asset: 'a', subject: SUBJECT, time: day(70) };
  const hidden = { request, cause, eraseAt: day(110), basis: 'abuse-monitoring' as const };
  return [
    made(tenant, 'a', inWindow),
    event('deletion.requested', { request, cause, ...(requestedAt && { requestedAt }) }, about),
    event('asset.hidden', hidden, about),
  ];
};

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
    holds: {
      'the platform passed a request on two days late, and it hid its asset at once': tenant =>
        requestedBy(tenant, 'user', day(68)),
    },
    numbers: {
      ...{ requests: 1, unhidden: 0, hideMsMedian: 0, hideMsP99: 0 },
      ...{ toldLate: 1, longestDelayMs: 2 * 86_400_000 },
    },
    noEvidence: { 'no customer has asked, PII has hidden an asset': tenant => requestedBy(tenant, 'pii') },
    breaks: { 'another one did not': unhidden },
  },
  {
    number: 11,
    holds: {
      'a copy is kept and opened for safety, once by the platform and once within a case': tenant => [
        made(tenant, 'a', inWindow),
        viewed(tenant, { purpose: 'safety' }, { at: 65 }),
        ...deleted(tenant, 'a'),
        viewed(tenant, { purpose: 'safety' }),
        ...revealed({ at: 80 })(tenant),
      ],
      'an opening of before the deletion was reported after it': tenant => [
        ...[made(tenant, 'a', inWindow), ...deleted(tenant, 'a')],
        viewed(tenant, { purpose: 'serving' }, { at: 65 }),
      ],
    },
    numbers: { copies: 1, retained: 1, openedForSafety: 2, openedOtherwise: 0, beyondWindow: 0 },
    breaks: {
      'it was opened for serving': tenant => [viewed(tenant, { purpose: 'serving' })],
      'it was downloaded': tenant => [
        event('asset.downloaded', {}, { tenant, asset: 'a', subject: SUBJECT, time: day(80) }),
      ],
      'another one is to be kept beyond its window': [
        tenant => [made(tenant, 'b'), ...deleted(tenant, 'b', 110)],
        { beyondWindow: 1, openedOtherwise: 0 },
      ],
      'another one was erased too late': tenant => [
        ...[made(tenant, 'b'), ...deleted(tenant, 'b', 90)],
        erasedOn(tenant, 'b', 95, { due: 90, cause: 'user' }),
      ],
      'another one is kept too long': keptTooLong,
    },
  },
  {
    number: 29,
    holds: { 'the account and all it had are erased': accountErased },
    numbers: { requested: 1, erased: 1, erasedWithAssetsLeft: 0, overdue: 0 },
    breaks: {
      'an asset of it is left': tenant => [made(tenant, 'b')],
      'another account, of which nothing is left, is not erased': [
        tenant => [
          event(
            'account.deletion-requested',
            { request: randomUUID(), cause: 'user' },
            { tenant, subject: OTHER_SUBJECT, time: day(70) },
          ),
        ],
        { overdue: 1, erasedWithAssetsLeft: 0 },
      ],
    },
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
