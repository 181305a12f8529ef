import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { LetheError } from '../domain/errors.ts';
import type { Config } from '../platform/config.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/server.ts';
import { migrate } from '../platform/postgres/migrate.ts';

export interface Database {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** The database that the configuration names, or the embedded one in the data directory, migrated. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const given = config.databaseUrl?.reveal().toString('utf8');
  await using opened = new AsyncDisposableStack();
  const database =
    given === undefined
      ? await startEmbeddedPostgres({
          dataDir: join(resolve(config.dataDir), 'postgres'),
          log: line => logger.debug({ component: 'postgres' }, line),
        })
      : { connectionString: given, stop: () => Promise.resolve() };
  opened.defer(() => database.stop());
  await migrate(database.connectionString);
  opened.move();
  return database;
}

/**
 * Throws LetheError `database-missing` where none is named: the embedded one belongs to the process that started it, and
 * would go away with it under the others.
 */
export function requireSharedDatabase({ databaseUrl }: Config, command: string): void {
  if (databaseUrl !== undefined) return;
  throw new LetheError(
    'database-missing',
    `\`lethe ${command}\` shares a database with other processes: set DATABASE_URL, or run \`lethe start\``,
  );
}
