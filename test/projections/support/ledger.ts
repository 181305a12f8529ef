import type { Pool } from 'pg';
import type { EventLog, NewEvent } from '../../../src/domain/ports/event-log.ts';
import type { KeyState } from '../../../src/domain/ports/key-store.ts';
import { createPostgresEventLog } from '../../../src/platform/postgres/event-log.ts';
import { createPool, type DatabaseRole } from '../../../src/platform/postgres/pool.ts';
import { abuseActivity } from '../../../src/projections/abuse-activity/view.ts';
import { auditTrail } from '../../../src/projections/audit-trail/view.ts';
import { casesView } from '../../../src/projections/cases/view.ts';
import { erasureLedger } from '../../../src/projections/erasure-ledger/view.ts';
import { policies } from '../../../src/projections/policies/view.ts';
import {
  createProjector,
  type Projector,
  type ProjectorOptions,
} from '../../../src/projections/runner/projector.ts';
import { withTenant } from '../../../src/projections/runner/tenant.ts';
import type { Db, View } from '../../../src/projections/runner/view.ts';
import { usage } from '../../../src/projections/usage/view.ts';
import { userAssets } from '../../../src/projections/user-assets/view.ts';
import { allowSchemas } from '../../support/allow-schemas.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { TENANT } from './events.ts';

export const VIEWS: readonly View[] = [
  userAssets,
  erasureLedger,
  auditTrail,
  policies,
  usage,
  abuseActivity,
  casesView,
];

/** A database, its log and its views. */
export interface Ledger {
  readonly connectionString: string;
  /** The superuser's. */
  readonly owner: Pool;
  readonly writer: Pool;
  readonly reader: Pool;
  readonly log: EventLog;
  /** Appends and answers with the last position. */
  append(...events: readonly NewEvent[]): Promise<number>;
  /** A projector that ends with the ledger. Retries after 5 ms. */
  projector(options?: Partial<ProjectorOptions>): Projector;
  /** Appends, then brings all views up to date. A view that fails, fails the test. */
  given(...events: readonly NewEvent[]): Promise<void>;
  /** Queries as a tenant's reader. */
  as<T>(tenant: string, query: (db: Db) => Promise<T>): Promise<T>;
  /** Sets the state of a data key, as the vault would. */
  key(scope: string, state: KeyState, tenant?: string): Promise<void>;
  close(): Promise<void>;
}

export async function openLedger(): Promise<Ledger> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const pool = (role: DatabaseRole | undefined, max: number): Pool =>
    createPool({ connectionString, role, max, applicationName: 'test', onError: () => undefined });
  const owner = pool(undefined, 1);
  await allowSchemas(owner);
  const writer = pool('lethe_writer', 12);
  const reader = pool('lethe_reader', 4);
  const log = createPostgresEventLog({ writer, connectionString });
  const projectors: Projector[] = [];

  const append = async (...events: readonly NewEvent[]): Promise<number> => {
    const result = await log.append(events);
    if (result.status !== 'appended') throw new Error(`the log answered ${result.status}`);
    return result.positions.at(-1) ?? 0;
  };

  const projector = (options: Partial<ProjectorOptions> = {}): Projector => {
    const created = createProjector({
      log,
      writer,
      views: VIEWS,
      backoff: { first: 5, longest: 20 },
      ...options,
    });
    projectors.push(created);
    return created;
  };

  const given = async (...events: readonly NewEvent[]): Promise<void> => {
    const position = await append(...events);
    const failed = new AbortController();
    const running = projector({ onError: ({ error }) => failed.abort(error) });
    await running.start();
    await running.caughtUp(position, { signal: failed.signal }).finally(() => running.stop());
  };

  return {
    ...{ connectionString, owner, writer, reader, log, append, projector, given },
    as: (tenant, query) => withTenant(reader, tenant, query),
    key: (scope, state, tenant = TENANT) => setKey(writer, tenant, scope, state),
    close: async () => {
      await Promise.all(projectors.map(running => running.stop()));
      await log.close();
      await Promise.all([owner.end(), writer.end(), reader.end()]);
      await database.drop();
    },
  };
}

async function setKey(writer: Pool, tenant: string, scope: string, state: KeyState): Promise<void> {
  const [safety, serving] = [state === 'live' || state === 'hidden', state === 'live'];
  const wrap = Buffer.alloc(8);
  await writer.query(
    `insert into keys.data_keys (tenant, scope, key_id, epoch, state, safety, serving, created_at)
     values ($1, $2, gen_random_uuid(), 1, $3, $4, $5, now())
     on conflict (tenant, scope) do update
       set state = excluded.state, safety = excluded.safety, serving = excluded.serving`,
    [tenant, scope, state, safety ? wrap : null, serving ? wrap : null],
  );
}
