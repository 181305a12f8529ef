import type { Pool } from 'pg';
import type { AccountName, KeptAccount, RuleSnapshots } from '../../domain/ports/rule-snapshots.ts';
import { LetheError } from '../../domain/errors.ts';
import type { AccountState } from '../../domain/rules/account-state.ts';
import { textArray, uuidArray } from './binary-arrays.ts';

/** Of the shape of a state: what has another one is not read, the rules start over from the log. */
const VERSION = 2;

/** Whoever is older than what is there has no position. */
const POSITION = `
  with started_over as (
    update abuse.rule_cursor set position = 0, version = $1 where version < $1 returning position
  ), cleared as (
    delete from abuse.rule_accounts where exists (select from started_over)
  )
  select position from started_over
  union all select position from abuse.rule_cursor where version = $1`;

/** One statement, so one transaction: the cursor moves, or nothing is stored. */
const SAVE = `
  with moved as (
    update abuse.rule_cursor set position = $2 where position = $1 and version = ${VERSION} returning true
  ), erased as (
    delete from abuse.rule_accounts a using moved, unnest($3::uuid[], $4::uuid[]) as e (tenant, subject)
    where a.tenant = e.tenant and a.subject = e.subject
  ), ended as (
    delete from abuse.rule_accounts a using moved where a.tenant = any($8::uuid[])
  ), saved as (
    insert into abuse.rule_accounts (tenant, subject, state)
    select s.tenant, s.subject, s.state::json
    from moved, unnest($5::uuid[], $6::uuid[], $7::text[]) as s (tenant, subject, state)
    on conflict (tenant, subject) do update set state = excluded.state
  )
  select count(*) as moved from moved`;

/** The cursor and the states as one statement sees them: they belong together. */
const LOAD = `
  select c.position, a.tenant, a.subject, a.state
  from (select position from abuse.rule_cursor where version = ${VERSION}) c
  left join (unnest($1::uuid[], $2::uuid[]) as n (tenant, subject) join abuse.rule_accounts a using (tenant, subject))
    on true`;

type Loaded = { readonly position: number } & (
  (AccountName & { readonly state: AccountState }) | { readonly tenant: null }
);

const moved = (): LetheError =>
  new LetheError('rules-moved', 'another process has gone on with the rules, or a newer version');

const names = (accounts: readonly AccountName[]): [tenants: Buffer, subjects: Buffer] => [
  uuidArray(accounts.map(({ tenant }) => tenant)),
  uuidArray(accounts.map(({ subject }) => subject)),
];

/** The rules' memory in PostgreSQL, schema `abuse`. `writer` is a pool of the role lethe_writer. */
export const createPostgresRuleSnapshots = ({ writer }: { readonly writer: Pool }): RuleSnapshots => ({
  position: async () => {
    const { rows } = await writer.query<{ position: number }>(POSITION, [VERSION]);
    if (rows[0] === undefined) throw moved();
    return rows[0].position;
  },
  load: async (accounts, position) => {
    const { rows } = await writer.query<Loaded>(LOAD, names(accounts));
    if (rows[0]?.position !== position) throw moved();
    return rows.flatMap((row): KeptAccount[] =>
      row.tenant === null ? [] : [{ tenant: row.tenant, subject: row.subject, state: row.state }],
    );
  },
  save: async ({ from, position, accounts, erased, ended }) => {
    const states = textArray(accounts.map(({ state }) => JSON.stringify(state)));
    const values = [from, position, ...names(erased), ...names(accounts), states, uuidArray(ended)];
    const { rows } = await writer.query<{ moved: number }>(SAVE, values);
    if (rows[0]?.moved !== 1) throw moved();
  },
});
