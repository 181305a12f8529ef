import type { Logger } from 'pino';
import type { EventLog } from '../domain/ports/event-log.ts';
import { createPostgresBulletin, type Bulletin } from '../platform/postgres/bulletin.ts';
import { createPostgresCredentialStore } from '../platform/postgres/credential-store.ts';
import { createPostgresLeases, type PostgresLeases } from '../platform/postgres/leases.ts';
import { createPool } from '../platform/postgres/pool.ts';
import { openEpochStores, type EpochConfig, type EpochStores } from './compose-epochs.ts';
import { openEventLog, type LogConfig } from './compose-log.ts';
import { openNotaryStores, type NotaryConfig, type NotaryStores } from './compose-transparency.ts';
import { CONNECTIONS, type Connections } from './connections.ts';
import { openVaults, type Vaults, type VaultsOptions } from './compose-vaults.ts';

/** Where a process of Lethe keeps things: pools by role, the log, keys, and the two vaults over them. */
export interface Stores extends Vaults {
  readonly writer: ReturnType<typeof createPool>;
  readonly reader: ReturnType<typeof createPool>;
  readonly log: EventLog;
  readonly leases: PostgresLeases;
  readonly bulletin: Bulletin;
  readonly credentials: ReturnType<typeof createPostgresCredentialStore>;
  readonly epochs: EpochStores;
  /** Of the transparency log. */
  readonly notary: NotaryStores;
  close(): Promise<void>;
}

export interface StoreOptions extends VaultsOptions {
  readonly config: EpochConfig & NotaryConfig & LogConfig & VaultsOptions['config'];
  readonly connectionString: string;
  readonly logger: Logger;
  /** A command's where nothing is said. */
  readonly connections?: Connections;
}

export async function openStores(options: StoreOptions): Promise<Stores> {
  const { config, connectionString, logger, connections = CONNECTIONS.command } = options;
  let closing = false;
  const onError = (error: unknown): void => {
    if (!closing) logger.warn({ err: error }, 'database connection lost');
  };
  await using opening = new AsyncDisposableStack();
  const pool = (role: 'lethe_writer' | 'lethe_reader', max: number) =>
    opening.adopt(
      createPool({ connectionString, role, max, applicationName: 'lethe', onError }),
      async opened => opened.end(),
    );
  const writer = pool('lethe_writer', connections.writer);
  const reader = pool('lethe_reader', connections.reader);
  const log = await openEventLog(config, { writer, connectionString, logger });
  opening.defer(() => log.close());
  const leases = opening.adopt(createPostgresLeases({ connectionString, onError }), async held =>
    held.close(),
  );
  const bulletin = opening.adopt(createPostgresBulletin({ connectionString, writer, onError }), async board =>
    board.close(),
  );
  const stores = {
    ...{ writer, reader, log, leases, bulletin },
    ...(await openVaults(opening, options, { writer, reader, bulletin })),
    credentials: createPostgresCredentialStore({ writer }),
    epochs: await openEpochStores(config, { writer, leases }),
    notary: await openNotaryStores(config, writer),
  };
  opening.defer(() => {
    closing = true;
  });
  const opened = opening.move();
  return { ...stores, close: () => opened.disposeAsync() };
}
