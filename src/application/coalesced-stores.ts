import type { EventLog, StoredEvent } from '../domain/ports/event-log.ts';
import type { DataKeyRow, Fence, KeyStore, Scope, SubjectRow } from '../domain/ports/key-store.ts';
import { coalesce } from './coalesce.ts';

/** What a caller asks of one tenant's rows. */
interface Asked<Name> {
  readonly tenant: string;
  readonly names: readonly Name[];
}

/** Calls that come together share one round trip, and what they insert one commit. */
const TOGETHER = { most: 256, inFlight: 2 };

/**
 * The key store as many small requests need it. What each caller is told, and when it is durable, stays the same.
 */
export function coalesceKeyStore(keys: KeyStore): KeyStore {
  const readDataKeys = coalesceReads<Scope, DataKeyRow>(
    (tenant, scopes) => keys.readDataKeys(tenant, scopes),
    ({ scope }) => scope,
  );
  const readClosed = coalesceReads<Scope, Fence>(
    (tenant, scopes) => keys.readClosed(tenant, scopes),
    ({ scope }) => scope,
  );
  const findSubjects = coalesce<Asked<Buffer>, (string | undefined)[]>(
    requests => perTenant(requests, (tenant, tokens) => keys.findSubjects(tenant, tokens), ownPlaces),
    TOGETHER,
  );
  const insertDataKeys = coalesceInserts<DataKeyRow>(
    rows => keys.insertDataKeys(rows),
    ({ tenant, scope }) => `${tenant}/${scope}`,
  );
  const insertSubjects = coalesceInserts<SubjectRow>(
    rows => keys.insertSubjects(rows),
    ({ tenant, token }) => `${tenant}/${token.toString('latin1')}`,
  );

  return {
    ...keys,
    readDataKeys,
    readClosed,
    findSubjects: async (tenant, names) => (names.length === 0 ? [] : findSubjects({ tenant, names })),
    insertDataKeys,
    insertSubjects,
  };
}

/** The log, with look-ups by identity that come together in one round trip. */
export function coalesceLog(log: EventLog): EventLog {
  const nameOf = ({ source, sourceId }: Identity): string => `${source}\n${sourceId}`;
  const read = coalesceReads<Identity, StoredEvent>(
    (tenant, identities) => log.readByIdentity(tenant, identities),
    nameOf,
    nameOf,
  );
  return { ...log, readByIdentity: read };
}

type Identity = Pick<StoredEvent, 'source' | 'sourceId'>;

type Read<Name, Row> = (tenant: string, names: readonly Name[]) => Promise<Row[]>;

/** Reads rows by name; each caller gets the rows of the names that it asked for. */
function coalesceReads<Name, Row>(
  read: Read<Name, Row>,
  nameOfRow: (row: Row) => string,
  nameOf: (name: Name) => string = String,
): Read<Name, Row> {
  const run = coalesce<Asked<Name>, Row[]>(
    requests =>
      perTenant(requests, read, (asked, rows) => {
        const byName = new Map(rows.map(row => [nameOfRow(row), row]));
        return asked.map(({ names }) => names.flatMap(name => byName.get(nameOf(name)) ?? []));
      }),
    TOGETHER,
  );
  return async (tenant, names) => (names.length === 0 ? [] : run({ tenant, names }));
}

type Insert<Row> = (rows: readonly Row[]) => Promise<Row[]>;

/** Inserts rows in one commit; each caller gets the rows that stand where it asked. */
function coalesceInserts<Row>(insert: Insert<Row>, nameOf: (row: Row) => string): Insert<Row> {
  const run = coalesce<readonly Row[], Row[]>(async requests => {
    const standing = new Map((await insert(requests.flat())).map(row => [nameOf(row), row]));
    return requests.map(rows => rows.flatMap(row => standing.get(nameOf(row)) ?? []));
  }, TOGETHER);
  return async rows => (rows.length === 0 ? [] : run(rows));
}

/** One call for each tenant among the requests; `share` gives each of them its own part of the answer. */
async function perTenant<Name, Answer>(
  requests: readonly Asked<Name>[],
  read: Read<Name, Answer>,
  share: (asked: readonly Asked<Name>[], answers: readonly Answer[]) => Answer[][],
): Promise<Answer[][]> {
  const parts = new Map<Asked<Name>, Answer[]>();
  await Promise.all(
    [...Map.groupBy(requests, ({ tenant }) => tenant)].map(async ([tenant, asked]) => {
      const names = asked.flatMap(one => one.names);
      const shared = share(asked, await read(tenant, names));
      asked.forEach((one, index) => parts.set(one, shared[index] ?? []));
    }),
  );
  return requests.map(request => parts.get(request) ?? []);
}

function ownPlaces<Answer>(asked: readonly Asked<Buffer>[], answers: readonly Answer[]): Answer[][] {
  let from = 0;
  return asked.map(({ names }) => answers.slice(from, (from += names.length)));
}
