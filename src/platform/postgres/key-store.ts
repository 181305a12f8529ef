import type { Pool } from 'pg';
import { LetheError } from '../../domain/errors.ts';
import type { DataKeyRow, KeyStore, RootRow, SubjectRow } from '../../domain/ports/key-store.ts';
import { byteaArray, textArray } from './binary-arrays.ts';
import {
  DATA_KEY_COLUMNS,
  dataKeyParameters,
  ERASE,
  HIDE,
  INSERT_DATA_KEYS,
  INSERT_ROOT,
  INSERT_SUBJECTS,
  ROOT_COLUMNS,
  SUBJECT_COLUMNS,
  subjectParameters,
} from './key-statements.ts';

const ATTEMPTS = 10;

interface Fresh {
  /** The row that was asked for was inserted: its columns are not repeated in the answer. */
  readonly fresh: boolean;
}

interface Bulk<Row extends { readonly tenant: string }> {
  readonly statement: string;
  readonly parameters: (rows: readonly Row[]) => unknown[];
  /** What a row is unique by within its tenant. */
  readonly name: (row: Row) => string;
  readonly standing: (answer: Row & Fresh, asked: Row) => Row;
}

const dataKeys: Bulk<DataKeyRow> = {
  statement: INSERT_DATA_KEYS,
  parameters: dataKeyParameters,
  name: row => row.scope,
  standing: ({ fresh, ...row }, asked) => (fresh ? asked : row),
};

const subjects: Bulk<SubjectRow> = {
  statement: INSERT_SUBJECTS,
  parameters: subjectParameters,
  name: row => row.token.toString('hex'),
  standing: ({ fresh, ...row }, asked) => (fresh ? asked : row),
};

/** The rows by name, the first of each, in the one order in which every writer takes them. */
function inOrder<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row> {
  const named = rows.map(row => [key(row), row] as const);
  named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const ordered = new Map<string, Row>();
  for (const [name, row] of named) if (!ordered.has(name)) ordered.set(name, row);
  return ordered;
}

/**
 * Keeps the first row of each name and answers with the one that stands. A statement can't see a row that another
 * writer commits while it runs: what is missing from the answer is asked again.
 */
async function insertFirst<Row extends { readonly tenant: string }>(
  pool: Pool,
  { statement, parameters, name, standing }: Bulk<Row>,
  rows: readonly Row[],
): Promise<Row[]> {
  const key = (row: Row): string => `${row.tenant}/${name(row)}`;
  // One order for all: two batches over the same names can't wait for each other.
  const missing = inOrder(rows, key);
  const result: Row[] = [];
  for (let attempt = 0; missing.size > 0; attempt++) {
    if (attempt === ATTEMPTS) throw conflict();
    const { rows: answers } = await pool.query<Row & Fresh>(statement, parameters([...missing.values()]));
    for (const answer of answers) {
      const asked = missing.get(key(answer));
      if (asked === undefined) continue;
      missing.delete(key(answer));
      result.push(standing(answer, asked));
    }
  }
  return result;
}

const conflict = (): LetheError =>
  new LetheError('key-store-conflict', 'the key rows keep changing; try again');

async function insertRoot(pool: Pool, root: RootRow): Promise<RootRow> {
  const values = [root.tenant, root.epoch, root.purpose, root.kmsKeyId, root.wrapped];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { rows } = await pool.query<RootRow>(INSERT_ROOT, values);
    if (rows[0] !== undefined) return rows[0];
  }
  throw conflict();
}

type KeyReads = Pick<
  KeyStore,
  'readRoot' | 'currentEpoch' | 'readDataKeys' | 'readSubjectsByToken' | 'readSubject'
>;

function createReads(pool: Pool): KeyReads {
  return {
    readRoot: async (tenant, epoch, purpose) => {
      const sql = `select ${ROOT_COLUMNS} from keys.roots where tenant = $1 and epoch = $2 and purpose = $3`;
      return (await pool.query<RootRow>(sql, [tenant, epoch, purpose])).rows[0];
    },
    currentEpoch: async tenant => {
      const sql = 'select max(epoch) as epoch from keys.roots where tenant = $1';
      return (await pool.query<{ epoch: number | null }>(sql, [tenant])).rows[0]?.epoch ?? undefined;
    },
    readDataKeys: async (tenant, scopes) => {
      if (scopes.length === 0) return [];
      const sql = `select ${DATA_KEY_COLUMNS} from keys.data_keys where tenant = $1 and scope = any($2::text[])`;
      return (await pool.query<DataKeyRow>(sql, [tenant, textArray(scopes)])).rows;
    },
    readSubjectsByToken: async (tenant, tokens) => {
      if (tokens.length === 0) return [];
      const sql = `select ${SUBJECT_COLUMNS} from keys.subjects where tenant = $1 and token = any($2::bytea[])`;
      return (await pool.query<SubjectRow>(sql, [tenant, byteaArray(tokens)])).rows;
    },
    readSubject: async (tenant, subject) => {
      const sql = `select ${SUBJECT_COLUMNS} from keys.subjects where tenant = $1 and subject = $2`;
      return (await pool.query<SubjectRow>(sql, [tenant, subject])).rows[0];
    },
  };
}

/** The key store in PostgreSQL. `writer` is a pool of the role lethe_writer. */
export function createPostgresKeyStore({ writer }: { readonly writer: Pool }): KeyStore {
  return {
    ...createReads(writer),
    insertRoot: root => insertRoot(writer, root),
    insertDataKeys: rows => insertFirst(writer, dataKeys, rows),
    insertSubjects: rows => insertFirst(writer, subjects, rows),
    hide: async (tenant, scopes, at) => {
      if (scopes.length > 0) await writer.query(HIDE, [tenant, textArray(scopes), at]);
    },
    erase: async (tenant, scopes, at) => {
      if (scopes.length === 0) return [];
      return (await writer.query<DataKeyRow>(ERASE, [tenant, textArray(scopes), at])).rows;
    },
    deleteSubject: async (tenant, subject) => {
      await writer.query('delete from keys.subjects where tenant = $1 and subject = $2', [tenant, subject]);
    },
  };
}
