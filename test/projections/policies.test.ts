import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  currentPolicy,
  getTenant,
  listTenants,
  policyAt,
  versions,
} from '../../src/projections/policies/queries.ts';
import { day, dayDate, event, OTHER_TENANT, TENANT } from './support/events.ts';
import { POLICY } from './support/history.ts';
import { openLedger, type Ledger } from './support/ledger.ts';

const SHORTER = { ...POLICY, maxRetention: 'P31D', subprocessors: [{ name: 'He said "hosting" \\ & co' }] };

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.given(
    event('tenant.registered', { name: 'Example "One"', region: 'eu-central' }, { time: day(0) }),
    event('policy.adopted', { version: 1, policy: POLICY }, { time: day(0) }),
    event('tenant.registered', { name: 'Example Two', region: 'us-east' }, { tenant: OTHER_TENANT }),
    event('policy.adopted', { version: 2, policy: SHORTER }, { time: day(10) }),
  );
});
afterAll(() => ledger.close());

test('a tenant is found with its name and region', async () => {
  expect(await ledger.as(TENANT, db => getTenant(db, TENANT))).toMatchObject({
    ...{ tenant: TENANT, name: 'Example "One"', region: 'eu-central', registeredAt: dayDate(0) },
  });
  expect((await listTenants(ledger.writer)).map(({ tenant }) => tenant)).toEqual([TENANT, OTHER_TENANT]);
});

test('the newest version is the current one, word for word', async () => {
  expect(await ledger.as(TENANT, db => currentPolicy(db, TENANT))).toEqual({
    ...{ version: 2, policy: SHORTER, inForceFrom: dayDate(10), position: 4 },
  });
});

test.each([
  { at: -1, version: undefined },
  { at: 0, version: 1 },
  { at: 9.999, version: 1 },
  { at: 10, version: 2 },
])('on day $at version $version is in force (promise 22)', async ({ at, version }) => {
  const found = await ledger.as(TENANT, db => policyAt(db, TENANT, dayDate(at)));
  expect(found?.version).toBe(version);
});

test('all versions are kept, oldest first, and a recorded one never changes', async () => {
  await ledger.given(event('policy.adopted', { version: 1, policy: SHORTER }, { time: day(20) }));
  const all = await ledger.as(TENANT, db => versions(db, TENANT));
  expect(all).toMatchObject([{ version: 1, policy: POLICY }, { version: 2 }]);
});

test('a tenant without a policy has none', async () => {
  expect(await ledger.as(OTHER_TENANT, db => currentPolicy(db, OTHER_TENANT))).toBeUndefined();
});
