/** A table of a view: columns and constraints in SQL; the primary key leads with the tenant. */
export interface Table {
  readonly name: string;
  readonly columns: string;
  /** What follows `on <schema>.<table>` of each index, by index name. */
  readonly indexes?: Readonly<Record<string, string>>;
}

/** DDL of a view's tables: the reader may only select, and row level security shows it one tenant at a time. */
export const viewTables = (schema: string, tables: readonly Table[]): string =>
  tables.map(table => tableDdl(schema, table)).join('\n');

function tableDdl(schema: string, { name, columns, indexes = {} }: Table): string {
  const table = `${schema}.${name}`;
  return [
    `create table ${table} (${columns});`,
    ...Object.entries(indexes).map(
      ([index, definition]) => `create index ${index} on ${table} ${definition};`,
    ),
    `alter table ${table} enable row level security;`,
    `alter table ${table} force row level security;`,
    `create policy writer on ${table} to lethe_writer using (true) with check (true);`,
    `create policy reader on ${table} for select to lethe_reader`,
    `  using (tenant = nullif(current_setting('lethe.tenant', true), '')::uuid);`,
    `grant select on ${table} to lethe_reader;`,
  ].join('\n');
}
