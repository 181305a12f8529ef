import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import type { Surroundings } from '../application/context.ts';
import { createRecorder, type Recorder } from '../application/recorder.ts';
import { createTenants, type Tenants } from '../application/tenants.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logging.ts';
import { systemClock } from './compose.ts';
import { openDatabase } from './database.ts';
import { requireKeystore } from './restore-guard.ts';
import { openStores, type Stores } from './stores.ts';

/** Runs a command on the data of this process's environment, and closes everything behind it. */
export async function withStores(run: (stores: Stores, logger: Logger) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
  const database = await openDatabase(config, logger);
  const { connectionString } = database;
  try {
    await requireKeystore(config, connectionString);
    const stores = await openStores({ config, connectionString, clock: systemClock, logger });
    try {
      await run(stores, logger);
    } finally {
      await stores.close();
    }
  } finally {
    await database.stop();
  }
}

/** What a command records with. */
export function composeRecording({ log, vault }: Pick<Stores, 'log' | 'vault'>): Surroundings & {
  readonly recorder: Recorder;
  readonly tenants: Tenants;
} {
  const surroundings = { clock: systemClock, random: { uuid: randomUUID, uuidv7 } };
  const recorder = createRecorder(log, surroundings);
  return { ...surroundings, recorder, tenants: createTenants({ ...surroundings, log, recorder, vault }) };
}
