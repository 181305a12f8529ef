import { randomUUID } from 'node:crypto';
import { day, event, SUBJECT } from '../support/events.ts';
import { clauseTests } from './support/clause-tests.ts';
import { ADMIN, altered, DPO, made, OPERATOR, trained, USER, viewed } from './support/stories.ts';

const TOKENS = { one: 'AAAAAAAAAAAAAAAAAAAAAA', other: 'BBBBBBBBBBBBBBBBBBBBBB' };
const SEALED = {
  ...{ algorithm: 'HKDF-SHA256+A256GCM+commit', key: '4e000000-0000-4000-8000-000000000001', epoch: 1 },
  ...{ parts: ['content', 'network'], bytes: 99, hash: 'aGFzaA' },
};
const inSession = (tenant: string, sessionToken: string, asset = 'a') =>
  altered(made(tenant, asset, { sessionToken }), { sealed: SEALED });
const byUser = (tenant: string) => viewed(tenant, { purpose: 'serving' }, { actor: USER });
const byStaff = (tenant: string) => viewed(tenant, { purpose: 'serving', viewer: 'staff' });

clauseTests([
  {
    number: 16,
    holds: { 'each opening has a purpose': tenant => [made(tenant), byUser(tenant)] },
    numbers: { openings: 1, serving: 1, safety: 0, withoutPurpose: 0, training: 0 },
    breaks: {
      'one has none': tenant => [viewed(tenant, {})],
      'an asset served training': tenant => [trained(tenant)],
    },
  },
  {
    number: 18,
    holds: {
      'keys, credentials and roles are on record': tenant => [
        event('credential.issued', { credential: 'key-1', role: 'ingest' }, { tenant, actor: OPERATOR }),
      ],
    },
    numbers: { keysCreated: 1, credentials: 1, beyondRole: 0 },
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
    holds: { 'users read their own': tenant => [made(tenant), byUser(tenant)] },
    numbers: { openings: 1, withoutCase: 0 },
    breaks: {
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
    numbers: { assetsWithSession: 1, readsAcrossSessions: 0 },
    breaks: {
      'it was read in another': tenant => [
        viewed(tenant, { purpose: 'serving', sessionToken: TOKENS.other }),
      ],
    },
  },
  {
    number: 39,
    holds: {
      'the user and the platform read it': tenant => [
        made(tenant),
        byUser(tenant),
        viewed(tenant, { purpose: 'serving' }),
      ],
      'the public read what was shared': tenant => [
        made(tenant),
        event('asset.shared', { audience: 'link' }, { tenant, asset: 'a', subject: SUBJECT, time: day(61) }),
        viewed(tenant, { purpose: 'serving', viewer: 'public' }),
      ],
      'a copy was made for the user': tenant => [
        made(tenant),
        viewed(tenant, { purpose: 'export' }, { actor: DPO }),
      ],
    },
    numbers: { openings: 2, byStaff: 0, byAdministrator: 0, byPublic: 0 },
    breaks: {
      'staff read it': tenant => [byStaff(tenant)],
      'an administrator read it': tenant => [viewed(tenant, { purpose: 'serving' }, { actor: ADMIN })],
      'the public read it though nothing was shared': tenant => [
        viewed(tenant, { purpose: 'serving', viewer: 'public' }),
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
