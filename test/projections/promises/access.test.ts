import { randomUUID } from 'node:crypto';
import { day, event, OTHER_SUBJECT, SUBJECT } from '../support/events.ts';
import { clauseTests, type Story } from './support/clause-tests.ts';
import {
  ADMIN,
  altered,
  approved,
  AUDITOR,
  DPO,
  made,
  OPERATOR,
  revealed,
  trained,
  USER,
  viewed,
} from './support/stories.ts';

const TOKENS = { one: 'AAAAAAAAAAAAAAAAAAAAAA', other: 'BBBBBBBBBBBBBBBBBBBBBB' };
const SEALED = {
  ...{ algorithm: 'HKDF-SHA256+A256GCM+commit', key: '4e000000-0000-4000-8000-000000000001', epoch: 1 },
  ...{ parts: ['content', 'network'], bytes: 99, hash: 'aGFzaA' },
};
const inSession = (tenant: string, sessionToken: string, asset = 'a') =>
  altered(made(tenant, asset, { sessionToken }), { sealed: SEALED });
const byUser = (tenant: string) => viewed(tenant, { purpose: 'serving' }, { actor: USER });
const byStaff = (tenant: string) => viewed(tenant, { purpose: 'serving', viewer: 'staff' });

const refused: Story = tenant => [
  event('access.denied', { action: 'asset.content', reason: 'forbidden' }, { tenant }),
];
const credential: Story = tenant => [
  event('credential.issued', { credential: 'key-1', role: 'ingest' }, { tenant, actor: OPERATOR }),
];
const sharedWith =
  (audience: 'link' | 'organisation', asset = 'a'): Story =>
  tenant => [event('asset.shared', { audience }, { tenant, asset, subject: SUBJECT, time: day(61) })];
const byPublic = (tenant: string, asset = 'a') =>
  viewed(tenant, { purpose: 'serving', viewer: 'public' }, { asset });

clauseTests([
  {
    number: 16,
    holds: {
      'each opening has a purpose, within a case too': tenant => [
        ...[made(tenant), byUser(tenant), ...approved(tenant), ...revealed()(tenant)],
      ],
    },
    numbers: { openings: 2, serving: 1, safety: 1, withoutPurpose: 0, training: 0 },
    breaks: {
      'one has none': tenant => [viewed(tenant, {})],
      'an asset served training': tenant => [trained(tenant)],
    },
  },
  {
    number: 18,
    holds: {
      'keys, credentials, roles and a refused attempt are on record': tenant => [
        ...credential(tenant),
        ...refused(tenant),
      ],
    },
    numbers: { keysCreated: 1, credentials: 1, anomalies: 1, refusals: 1, signals: 0, beyondRole: 0 },
    noEvidence: { 'no anomaly was ever noticed': credential },
    breaks: {
      'an ingest key placed a hold': tenant => [
        event(
          'hold.placed',
          {
            ...{ hold: randomUUID(), kind: 'litigation', authority: 'court/1', ground: 'order' },
            scope: { subject: SUBJECT },
          },
          { tenant },
        ),
      ],
      'somebody without a role issued a credential': tenant => [
        event(
          'credential.issued',
          { credential: 'key-2', role: 'dpo' },
          { tenant, actor: { kind: 'staff', id: 'nobody' } },
        ),
      ],
    },
  },
  {
    number: 25,
    holds: {
      'users read their own': tenant => [made(tenant), byUser(tenant)],
      'staff opened it within a case, as approved by somebody else': tenant => [
        ...[made(tenant), ...approved(tenant), ...revealed()(tenant)],
      ],
    },
    numbers: { openings: 1, withoutCase: 0, revealed: 0, revealedUnapproved: 0 },
    breaks: {
      'what one request was approved for was opened under another': [
        tenant => [...approved(tenant), ...revealed({ request: randomUUID() })(tenant)],
        { approved: 1, revealed: 1, revealedUnapproved: 1, outsideGrant: 0 },
      ],
      'it was opened before it was approved': tenant => [...revealed()(tenant), ...approved(tenant)],
      'whoever opened it had approved it': tenant => [
        ...[...approved(tenant), ...revealed({ approver: 'key-investigator' })(tenant)],
      ],
      'it was opened when the time was over': [
        tenant => [...approved(tenant), ...revealed({ at: 72 })(tenant)],
        { revealedUnapproved: 0, outsideGrant: 1 },
      ],
      'the platform reports that staff looked': tenant => [byStaff(tenant)],
      'the operator looked': tenant => [viewed(tenant, { purpose: 'serving' }, { actor: OPERATOR })],
    },
  },
  {
    number: 26,
    holds: {
      'an asset was read in its session': tenant => [
        inSession(tenant, TOKENS.one),
        viewed(tenant, { purpose: 'serving', sessionToken: TOKENS.one }),
      ],
    },
    numbers: { assetsWithSession: 1, readsWithSession: 1, readsAcrossSessions: 0 },
    noEvidence: { 'nobody has read what a session made': tenant => [inSession(tenant, TOKENS.one)] },
    breaks: {
      'it was read in another': tenant => [
        viewed(tenant, { purpose: 'serving', sessionToken: TOKENS.other }),
      ],
    },
  },
  {
    number: 39,
    holds: {
      'the user and the platform read it, and staff within a case': tenant => [
        ...[made(tenant), byUser(tenant), viewed(tenant, { purpose: 'serving' })],
        ...[...approved(tenant), ...revealed()(tenant)],
      ],
      'the public read what was shared': tenant => [
        ...[made(tenant), ...sharedWith('link')(tenant), byPublic(tenant)],
      ],
      'a copy was made for the user': tenant => [
        made(tenant),
        viewed(tenant, { purpose: 'export' }, { actor: DPO }),
      ],
    },
    numbers: { openings: 3, withinCase: 1, byStaff: 0, byOrganisation: 0, byOtherUsers: 0, byPublic: 0 },
    breaks: {
      'staff read it': [tenant => [byStaff(tenant)], { byStaff: 1, byOrganisation: 0 }],
      'people of the organisation read it, who are no staff': [
        tenant => [ADMIN, DPO, AUDITOR].map(actor => viewed(tenant, { purpose: 'serving' }, { actor })),
        { byStaff: 0, byOrganisation: 3 },
      ],
      'another user read it': [
        tenant => [viewed(tenant, { purpose: 'serving' }, { actor: { ...USER, id: OTHER_SUBJECT } })],
        { byOtherUsers: 1 },
      ],
      'the public read it though nothing was shared': tenant => [byPublic(tenant)],
      'the public read it though something else was shared': tenant => [
        ...[...sharedWith('link', 'b')(tenant), byPublic(tenant)],
      ],
      'the public read what was shared within the organisation': tenant => [
        ...[...sharedWith('organisation')(tenant), byPublic(tenant)],
      ],
      'the public read it before it was shared': [
        tenant => [byPublic(tenant), ...sharedWith('link')(tenant), byPublic(tenant)],
        { byPublic: 2, publicWithoutShare: 1 },
      ],
    },
  },
  {
    number: 6,
    holds: {
      'tokens stand where sessions were sent': tenant => [inSession(tenant, TOKENS.one), made(tenant, 'b')],
    },
    numbers: { assets: 2, withSession: 1, tokensWithoutSession: 0 },
    breaks: {
      'one stands where none was sent': tenant => [made(tenant, 'c', { sessionToken: TOKENS.other })],
    },
  },
]);
