import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyFence } from '../../src/projections/key-fence/view.ts';
import { latestTenantWindow } from '../../src/projections/user-assets/queries/of-tenant.ts';
import { dueAssets } from '../../src/projections/user-assets/queries/due-assets.ts';
import {
  CERTIFICATE,
  day,
  dayDate,
  deletion,
  event,
  OTHER_TENANT,
  TENANT,
  upload,
} from './support/events.ts';
import { openLedger, type Ledger } from './support/ledger.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.close());

const end = {
  offboarding: 'd5000000-0000-4000-8000-0000000000bb',
  kmsKeys: ['kms-1'],
  erasedAt: day(40),
  certificate: CERTIFICATE,
};

test('what users saw goes with the tenant’s keys; what was hidden keeps its own erasure; neighbours stay', async () => {
  await ledger.given(
    upload('seen'),
    upload('hidden'),
    ...deletion('hidden'),
    upload('theirs', { tenant: OTHER_TENANT }),
    event('tenant.erased', end),
  );
  const { rows } = await ledger.owner.query(
    'select asset, status, erased_at, certificate from view_user_assets.assets order by asset',
  );
  expect(rows).toMatchObject([
    { asset: 'hidden', status: 'hidden' },
    { asset: 'seen', status: 'erased', erased_at: dayDate(40), certificate: CERTIFICATE },
    { asset: 'theirs', status: 'visible' },
  ]);
  const due = await dueAssets(ledger.writer, dayDate(90), 10);
  expect(due.map(({ asset }) => asset).sort()).toEqual(['hidden', 'theirs']);
});

test('the last minimum window is that of what is kept, and never later than its own date', async () => {
  const window = () => ledger.as(TENANT, db => latestTenantWindow(db, TENANT));
  const retention = { windowEnds: day(50), scheduledFor: day(45) };
  await ledger.given(upload('b', { tenant: OTHER_TENANT }, { retention }));
  expect(await window()).toBeUndefined();
  await ledger.given(upload('a'));
  expect(await window()).toEqual(dayDate(30));
  await ledger.given(upload('c', {}, { retention }));
  expect(await window()).toEqual(dayDate(45));
});

test('a restored key store learns from the log that the tenant has ended', async () => {
  const scopes = ['asset/a', 'subject/s', 'tenant/lookup'];
  for (const scope of scopes) await ledger.key(scope, 'live');
  await ledger.key('asset/a', 'live', OTHER_TENANT);
  await ledger.writer.query(
    `insert into keys.epochs (tenant, epoch, kms_key_id, state, opened_at) values ($1, 1, 'kms-1', 'current', now())`,
    [TENANT],
  );
  await ledger.writer.query(
    `insert into keys.roots (tenant, epoch, purpose, kms_key_id, wrapped) values ($1, 1, 'safety', 'kms-1', '\\x00')`,
    [TENANT],
  );
  const position = await ledger.append(event('tenant.erased', end));
  const projector = ledger.projector({ views: [keyFence] });
  await projector.start();
  await projector.caughtUp(position).finally(() => projector.stop());

  const keys = await ledger.writer.query(
    'select state, erased_at, safety from keys.data_keys where tenant = $1',
    [TENANT],
  );
  expect(keys.rows).toEqual(scopes.map(() => ({ state: 'erased', erased_at: dayDate(40), safety: null })));
  const { rows: epochs } = await ledger.writer.query('select state from keys.epochs where tenant = $1', [
    TENANT,
  ]);
  expect(epochs).toEqual([{ state: 'destroyed' }]);
  const { rowCount: roots } = await ledger.writer.query('select from keys.roots where tenant = $1', [TENANT]);
  expect(roots).toBe(0);
  const other = await ledger.writer.query('select state from keys.data_keys where tenant = $1', [
    OTHER_TENANT,
  ]);
  expect(other.rows).toEqual([{ state: 'live' }]);
});
