import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createVault, type Vault } from '../../src/application/vault/vault.ts';
import { decodeEnvelope } from '../../src/domain/events/envelope.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { assetScope, subjectScope, type Purpose } from '../../src/domain/ports/key-store.ts';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { storedEvents } from './service-event-log.ts';
import type { TestService } from './service.ts';

const clock = { now: () => new Date() };

/** Runs with a vault of its own on the service's database and keystore: no cache, and rights of its own. */
export async function withVault<T>(
  service: TestService,
  run: (vault: Vault, writer: Pool) => Promise<T>,
  purposes: readonly Purpose[] = ['serving', 'safety'],
): Promise<T> {
  const writer = createPool({
    connectionString: await service.databaseUrl(),
    role: 'lethe_writer',
    max: 1,
    applicationName: 'lethe-test-vault',
    onError: () => undefined,
  });
  const vault = createVault({
    kms: await openEmbeddedKms({ dir: join(service.keystoreDir, 'kms'), clock }),
    keys: createPostgresKeyStore({ writer }),
    clock,
    random: randomBytes,
    purposes,
    cacheMs: 0,
  });
  try {
    return await run(vault, writer);
  } finally {
    vault.close();
    await writer.end();
  }
}

/** What the content of each of a tenant's sealed events of a type opens to, or why it does not, in log order. */
export const openContents = (
  service: TestService,
  tenant: string,
  type: string,
  purpose: Purpose = 'serving',
): Promise<unknown[]> =>
  withVault(service, async vault => {
    const opened: unknown[] = [];
    for (const { envelope, sealed, ...event } of await storedEvents(service)) {
      if (event.tenant !== tenant || event.type !== type || sealed === null) continue;
      const { id, asset, subject = '' } = decodeEnvelope(envelope);
      const scope = asset === undefined ? subjectScope(subject) : assetScope(asset);
      opened.push(await openOne(vault, { tenant, scope, purpose, sealed, id }));
    }
    return opened;
  });

async function openOne(
  vault: Vault,
  part: { tenant: string; scope: string; purpose: Purpose; sealed: Buffer; id: string },
): Promise<unknown> {
  try {
    const { tenant, scope, purpose, sealed, id } = part;
    const result = await vault.open(tenant, scope, purpose, sealed, id, 'content');
    return result.status === 'opened' ? JSON.parse(result.bytes.toString('utf8')) : result.status;
  } catch (error) {
    if (error instanceof LetheError) return error.code;
    throw error;
  }
}
