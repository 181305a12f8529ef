import type { Pool } from 'pg';
import { LetheError } from '../../domain/errors.ts';
import type { EpochRow, NewEpoch } from '../../domain/ports/epoch-store.ts';
import type {
  DataKeyRow,
  Fence,
  FoundSubject,
  KeyStore,
  RootRow,
  SubjectRow,
} from '../../domain/ports/key-store.ts';
import { byteaArray, textArray } from './binary-arrays.ts';
import { takenUp, type Condemnation } from './condemned-rows.ts';
import {
  CURRENT_EPOCH,
  DATA_KEY_COLUMNS,
  dataKeyParameters,
  ERASE,
  FIND_SUBJECTS,
  HIDE,
  INSERT_DATA_KEYS,
  INSERT_EPOCH,
  INSERT_ROOT,
  INSERT_SUBJECTS,
  ROOT_COLUMNS,
  SUBJECT_COLUMNS,
  subjectParameters,
} from './key-statements.ts';

const ATTEMPTS = 10;

/** Beside each standing row, how many of the asked ones were inserted, and how many not for want of an open epoch. */
interface Inserted {
  readonly inserted: number;
  readonly refused?: number;
}

interface Bulk<Row extends { readonly tenant: string }> {
  readonly statement: string;
  readonly parameters: (rows: readonly Row[]) => unknown[];
  /** What a row is unique by within its tenant. */
  readonly name: (row: Row) => string;
}

const dataKeys: Bulk<DataKeyRow> = {
  statement: INSERT_DATA_KEYS,
  parameters: dataKeyParameters,
  name: row => row.scope,
};

const subjects: Bulk<SubjectRow> = {
  statement: INSERT_SUBJECTS,
  parameters: subjectParameters,
  name: row => row.token.toString('hex'),
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
 * writer commits while it runs: where rows are missing from the answer, all are asked again.
 */
async function insertFirst<Row extends { readonly tenant: string }>(
  pool: Pool,
  { statement, parameters, name }: Bulk<Row>,
  rows: readonly Row[],
): Promise<Row[]> {
  const key = (row: Row): string => `${row.tenant}/${name(row)}`;
  // One order for all: two batches over the same names can't wait for each other.
  const asked = inOrder(rows, key);
  if (asked.size === 0) return [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await pool.query<Row & Inserted>(statement, parameters([...asked.values()]));
    const standing: Row[] = answer.rows.filter(isStanding);
    const [counts] = answer.rows;
    if ((counts?.inserted ?? 0) + standing.length < asked.size) {
      if ((counts?.refused ?? 0) > 0) throw epochClosed();
      continue;
    }
    for (const row of standing) {
      Reflect.deleteProperty(row, 'inserted');
      Reflect.deleteProperty(row, 'refused');
      asked.set(key(row), row);
    }
    return [...asked.values()];
  }
  throw conflict();
}

/** The one row that only carries the number is null everywhere else. */
const isStanding = (row: { readonly tenant: string | null }): boolean => row.tenant !== null;

const conflict = (): LetheError =>
  new LetheError('key-store-conflict', 'the key rows keep changing; try again');

const epochClosed = (): LetheError =>
  new LetheError('epoch-closed', 'the epoch takes no keys any more; use the current one');

async function insertEpoch(pool: Pool, row: NewEpoch): Promise<EpochRow> {
  const values = [row.tenant, row.epoch, row.kmsKeyId, row.state, row.openedAt];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { rows } = await pool.query<EpochRow>(INSERT_EPOCH, values);
    if (rows[0] !== undefined) return rows[0];
  }
  throw conflict();
}

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
  'readRoot' | 'currentEpoch' | 'readDataKeys' | 'readClosed' | 'findSubjects' | 'readSubject'
>;

function createReads(pool: Pool): KeyReads {
  return {
    readRoot: async (tenant, epoch, purpose) => {
      const sql = `select ${ROOT_COLUMNS} from keys.roots where tenant = $1 and epoch = $2 and purpose = $3`;
      return (await pool.query<RootRow>(sql, [tenant, epoch, purpose])).rows[0];
    },
    currentEpoch: async tenant => {
      return (await pool.query<{ epoch: number }>(CURRENT_EPOCH, [tenant])).rows[0]?.epoch;
    },
    readDataKeys: async (tenant, scopes) => {
      if (scopes.length === 0) return [];
      const sql = `select ${DATA_KEY_COLUMNS}, condemned_at is not null as "isCondemned"
        from keys.data_keys where tenant = $1 and scope = any($2::text[])`;
      const { rows } = await pool.query<DataKeyRow & Condemnation>(sql, [tenant, textArray(scopes)]);
      return takenUp(pool, tenant, rows);
    },
    readClosed: async (tenant, scopes) => {
      if (scopes.length === 0) return [];
      const sql = `select scope, state from keys.data_keys
        where tenant = $1 and scope = any($2::text[]) and state <> 'live'`;
      return (await pool.query<Fence>(sql, [tenant, textArray(scopes)])).rows;
    },
    findSubjects: async (tenant, tokens) => {
      const found = new Array<FoundSubject | undefined>(tokens.length).fill(undefined);
      if (tokens.length === 0) return found;
      const { rows } = await pool.query<FoundSubject & { item: number }>(FIND_SUBJECTS, [
        tenant,
        byteaArray(tokens),
      ]);
      for (const { item, ...subject } of rows) found[item - 1] = subject;
      return found;
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
    insertEpoch: row => insertEpoch(writer, row),
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
