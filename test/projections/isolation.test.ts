import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAssets } from '../../src/projections/user-assets/queries/list-assets.ts';
import { event, OTHER_TENANT, SUBJECT, TENANT, upload } from './support/events.ts';
import { aLife } from './support/history.ts';
import { openLedger, VIEWS, type Ledger } from './support/ledger.ts';
import { dumpAll } from './support/tables.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.given(...aLife(TENANT, 'one'), ...aLife(OTHER_TENANT, 'two'));
});
afterAll(() => ledger.close());

const tenantsSeen = (dumped: Awaited<ReturnType<typeof dumpAll>>): unknown[] =>
  Object.values(dumped)
    .flatMap(tables => Object.values(tables))
    .flatMap(rows => rows.map(row => row['tenant']));

describe('row level security', () => {
  test('shows a reader without a tenant nothing', async () => {
    expect(tenantsSeen(await dumpAll(ledger.reader, VIEWS))).toEqual([]);
  });

  test('shows a reader one tenant, in every table, and never another', async () => {
    const seen = await ledger.as(TENANT, db => dumpAll(db, VIEWS));
    expect(new Set(tenantsSeen(seen))).toEqual(new Set([TENANT]));
    for (const [view, tables] of Object.entries(seen)) {
      for (const [table, rows] of Object.entries(tables)) expect(rows, `${view}.${table}`).not.toEqual([]);
    }
  });

  test('holds against a query that asks for another tenant', async () => {
    await ledger.key('asset/two-b', 'live', OTHER_TENANT);
    const page = { limit: 10 };
    expect(await ledger.as(OTHER_TENANT, db => listAssets(db, OTHER_TENANT, SUBJECT, page))).toHaveLength(1);
    expect(await ledger.as(TENANT, db => listAssets(db, OTHER_TENANT, SUBJECT, page))).toEqual([]);
  });

  test('does not stay with a connection that goes back to the pool', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ledger.as(TENANT, db => db.query('select 1'))));
    expect(tenantsSeen(await dumpAll(ledger.reader, VIEWS))).toEqual([]);
  });

  test('is on and forced for every table of every view, and the reader may only select', async () => {
    const { rows } = await ledger.writer.query<{ table: string; forced: boolean; rights: string[] }>(
      `select c.oid::regclass::text as table, c.relrowsecurity and c.relforcerowsecurity as forced,
              array(select privilege_type::text from aclexplode(c.relacl) x
                    where x.grantee = 'lethe_reader'::regrole) as rights
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname like 'view\\_%' and c.relkind = 'r'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(11);
    expect(rows).toEqual(rows.map(({ table }) => ({ table, forced: true, rights: ['SELECT'] })));
  });

  test('refuses a reader who writes, in a transaction of a tenant and out of it', async () => {
    const write = 'delete from view_usage.days';
    await expect(ledger.reader.query(write)).rejects.toMatchObject({ code: '42501' });
    await expect(ledger.as(TENANT, db => db.query(write))).rejects.toMatchObject({ code: '25006' });
  });

  test('every primary key leads with the tenant', async () => {
    const { rows } = await ledger.writer.query<{ leads: string }>(
      `select distinct a.attname::text as leads
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where i.indisprimary and n.nspname like 'view\\_%'`,
    );
    expect(rows).toEqual([{ leads: 'tenant' }]);
  });
});

test('no view holds anything of what was sealed: neither its bytes nor a planted phrase', async () => {
  const phrase = 'planted phrase of a person';
  const sealed = Buffer.from(phrase);
  const planted = [
    { ...upload('planted-a', { sealed: true }), sealed },
    { ...event('account.registered', {}, { subject: SUBJECT, sealed: true }), sealed },
    {
      ...event(
        'pii.flagged',
        { categories: ['email'] },
        { asset: 'planted-a', subject: SUBJECT, sealed: true },
      ),
      sealed,
    },
  ];
  await ledger.given(...planted);
  const text = JSON.stringify(await dumpAll(ledger.writer, VIEWS));
  expect(text).toContain('planted-a');
  for (const trace of [phrase, sealed.toString('base64'), sealed.toString('hex'), '"Buffer"']) {
    expect(text).not.toContain(trace);
  }
});
