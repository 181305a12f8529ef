import { join } from 'node:path';
import type { Logger } from 'pino';
import { pooledRandom, type RandomBytes } from '../application/vault/random.ts';
import {
  createReadingVault,
  createVault,
  type ReadingVault,
  type Vault,
} from '../application/vault/vault.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { KeyStore } from '../domain/ports/key-store.ts';
import type { Kms } from '../domain/ports/kms.ts';
import { openEmbeddedKms } from '../platform/keystore/embedded-kms.ts';
import { createPostgresCredentialStore } from '../platform/postgres/credential-store.ts';
import { createPostgresEventLog } from '../platform/postgres/event-log.ts';
import { createPostgresKeyStore } from '../platform/postgres/key-store.ts';
import { createPool } from '../platform/postgres/pool.ts';
import {
  createPostgresServingKeyStore,
  type ServingKeyStore,
} from '../platform/postgres/serving-key-store.ts';
import { openEpochStores, type EpochConfig, type EpochStores } from './compose-epochs.ts';
import { openNotaryStores, type NotaryConfig, type NotaryStores } from './compose-transparency.ts';

const WRITER_CONNECTIONS = 16;
const READER_CONNECTIONS = 8;

/** Where a process of Lethe keeps things: pools by role, the log, keys, and the two vaults over them. */
export interface Stores {
  readonly writer: ReturnType<typeof createPool>;
  readonly reader: ReturnType<typeof createPool>;
  readonly log: EventLog;
  readonly keys: KeyStore;
  readonly vault: Vault;
  /** What answers users: no safety rights, neither by code nor by database role. */
  readonly serving: { readonly keys: ServingKeyStore; readonly vault: ReadingVault };
  readonly credentials: ReturnType<typeof createPostgresCredentialStore>;
  readonly kms: Kms;
  readonly randomBytes: RandomBytes;
  readonly epochs: EpochStores;
  /** Of the transparency log. */
  readonly notary: NotaryStores;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly config: EpochConfig & NotaryConfig;
  readonly connectionString: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export async function openStores({ config, connectionString, clock, logger }: StoreOptions): Promise<Stores> {
  let closing = false;
  const onError = (error: Error): void => {
    if (!closing) logger.warn({ err: error }, 'database connection lost');
  };
  const pool = (role: 'lethe_writer' | 'lethe_reader', max: number) =>
    createPool({ connectionString, role, max, applicationName: 'lethe', onError });
  const writer = pool('lethe_writer', WRITER_CONNECTIONS);
  const reader = pool('lethe_reader', READER_CONNECTIONS);
  const log = createPostgresEventLog({ writer, connectionString });
  const keys = createPostgresKeyStore({ writer });
  const randomBytes = pooledRandom();
  const kms = await openEmbeddedKms({ dir: join(config.keystoreDir, 'kms'), clock });
  const shared = { kms, clock, random: randomBytes, cacheMs: config.keyCacheMs };
  const vault = createVault({ ...shared, keys, purposes: ['serving', 'safety'] });
  const servingKeys = createPostgresServingKeyStore({ reader });
  const servingVault = createReadingVault({ ...shared, keys: servingKeys, purposes: ['serving'] });
  return {
    ...{ writer, reader, log, keys, vault, kms, randomBytes },
    serving: { keys: servingKeys, vault: servingVault },
    credentials: createPostgresCredentialStore({ writer }),
    epochs: await openEpochStores(config, writer),
    notary: await openNotaryStores(config, writer),
    close: async () => {
      closing = true;
      await log.close();
      await Promise.all([writer.end(), reader.end()]);
      vault.close();
      servingVault.close();
    },
  };
}
