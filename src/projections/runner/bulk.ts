/** One column of a bulk statement: its name, its PostgreSQL type, and where a row has it. */
export interface Column<Row> {
  readonly name: string;
  readonly type:
    'uuid' | 'text' | 'int4' | 'int8' | 'float8' | 'bool' | 'timestamptz' | 'date' | 'jsonb' | 'uuid[]';
  readonly value: (row: Row) => string | number | boolean | null | undefined;
}

export interface BulkRows<Row> {
  /** `tenant, asset, …` */
  readonly names: string;
  /** `select … from unnest($1::uuid[], …)`: the rows as a relation, one parameter a column. */
  readonly select: string;
  /** The parameters: one array literal a column. */
  values(rows: readonly Row[]): string[];
}

/** Rows as one array a column, for `insert … select`: one round trip whatever the number of rows. */
export function bulkRows<Row>(columns: readonly Column<Row>[]): BulkRows<Row> {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${elementType(type)}[]`).join(', ');
  const picked = columns.map(({ name, type }) => (type === 'uuid[]' ? `${name}::uuid[]` : name)).join(', ');
  return {
    names,
    select: `select ${picked} from unnest(${arrays}) as input (${names})`,
    values: rows => columns.map(column => arrayLiteral(rows, column)),
  };
}

/** unnest would flatten an array of arrays, so an array travels as the text of one. */
const elementType = (type: Column<never>['type']): string => (type === 'uuid[]' ? 'text' : type);

/** Array literals of our own: pg escapes each element twice by regular expression, which costs three times as much. */
function arrayLiteral<Row>(rows: readonly Row[], { type, value }: Column<Row>): string {
  const quoted = type === 'text' || type === 'jsonb' || type === 'uuid[]';
  let literal = '{';
  let separator = '';
  for (const row of rows) {
    const element = value(row);
    literal += separator;
    separator = ',';
    if (element === null || element === undefined) literal += 'NULL';
    else if (quoted) literal += quote(String(element));
    else literal += String(element);
  }
  return `${literal}}`;
}

const SPECIAL = /["\\]/;
const quote = (text: string): string =>
  SPECIAL.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

/** The text of a PostgreSQL array of UUIDs. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
