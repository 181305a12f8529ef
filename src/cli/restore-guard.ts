import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { checkKeystoreAge } from '../application/epochs/keystore-age.ts';
import { restoreSurvivors } from '../application/epochs/restore-survivors.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPool } from '../platform/postgres/pool.ts';
import { replayFences } from '../projections/key-fence/replay.ts';
import { checkAgainstKept } from './compose-transparency.ts';
import type { Stores } from './stores.ts';

/**
 * Throws LetheError `keystore-missing` where the database knows tenants and the keystore has no key at all: a new one in
 * its place would open nothing, and hide that the old one is lost. With AWS KMS it is the notary's key that has to be there.
 */
export async function requireKeystore(
  { keystoreDir, awsKms }: Config,
  connectionString: string,
): Promise<void> {
  const keys = join(keystoreDir, awsKms === undefined ? 'kms' : 'notary');
  if ((await readdir(keys).catch(() => [])).length > 0) return;
  if (!(await hasRoots(connectionString))) return;
  throw new LetheError(
    'keystore-missing',
    `the database has tenants, but ${keystoreDir} holds no key: mount it or set LETHE_KEYSTORE_DIR`,
  );
}

async function hasRoots(connectionString: string): Promise<boolean> {
  const pool = createPool({
    connectionString,
    ...{ role: 'lethe_writer', max: 1, applicationName: 'lethe-start', onError: () => undefined },
  });
  try {
    return (await pool.query('select from keys.roots limit 1')).rows.length > 0;
  } finally {
    await pool.end();
  }
}

/**
 * Runs before views, workers and API open anything: the log must be whole, what it says was hidden or erased holds on the
 * key rows, and a database older than the keystore gets its survivors back. Each part may be killed and done again.
 * Throws LetheError `keystore-older-than-database`, `log-shorter-than-checkpoint`, `log-contradicts-checkpoint`,
 * `survivors-damaged` and others.
 */
export async function guardRestore(
  stores: Stores,
  { clock, logger, metrics }: { readonly clock: Clock; readonly logger: Logger; readonly metrics: Metrics },
): Promise<void> {
  const { kms, notary } = stores;
  await checkKeystoreAge({ kms, epochs: stores.epochs.store, ...notary });
  await checkAgainstKept(stores);
  const { from, to } = await replayFences(stores);
  if (to > from) logger.info({ from, to }, 'erasures of the log repeated on the key store');
  const { store: epochs, survivors } = stores.epochs;
  let lost = 0;
  for (const restored of await restoreSurvivors({ kms, keys: stores.keys, epochs, survivors, clock })) {
    logger.warn(restored, 'the database was older than the keystore: survivors have their keys back');
    lost += restored.lost;
  }
  metrics.epochs.lostKeys.set(lost);
  if (lost > 0) logger.error({ lost }, 'keys are gone that no erasure in the log accounts for');
}
