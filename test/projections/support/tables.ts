import { schemaOf, type Db, type View } from '../../../src/projections/runner/view.ts';

export type Rows = Record<string, unknown>[];

/** Every row of every table of a view, by table, in the order of the rows' text. */
export async function dump(db: Db, view: View): Promise<Record<string, Rows>> {
  const schema = schemaOf(view.name);
  const { rows: tables } = await db.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = $1 order by 1',
    [schema],
  );
  const dumped: Record<string, Rows> = {};
  for (const { name } of tables) {
    const { rows } = await db.query(`select * from ${schema}.${name} t order by t::text`);
    dumped[name] = rows;
  }
  return dumped;
}

export async function dumpAll(db: Db, views: readonly View[]): Promise<Record<string, Record<string, Rows>>> {
  const dumped: Record<string, Record<string, Rows>> = {};
  for (const view of views) dumped[view.name] = await dump(db, view);
  return dumped;
}
