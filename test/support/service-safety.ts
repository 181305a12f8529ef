import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createVault } from '../../src/application/vault/vault.ts';
import { decodeEnvelope } from '../../src/domain/events/envelope.ts';
import { assetScope } from '../../src/domain/ports/key-store.ts';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { withServiceLog } from './service-event-log.ts';
import type { TestService } from './service.ts';

/** What a part of one event opens to: its fields, or why it does not open. */
export type Opened = Readonly<Record<string, unknown>> | 'hidden' | 'erased' | 'unstored';
export interface OpenedEvent {
  readonly content?: Opened;
  readonly network?: Opened;
}

const clock = { now: () => new Date() };

/** Opens every sealed part of an asset as an investigator's process would: its own vault, no cache, safety rights. */
export async function openForSafety(
  service: TestService,
  tenant: string,
  asset: string,
): Promise<OpenedEvent[]> {
  const writer = createPool({
    connectionString: await service.databaseUrl(),
    role: 'lethe_writer',
    max: 1,
    applicationName: 'lethe-test-safety',
    onError: () => undefined,
  });
  const vault = createVault({
    kms: await openEmbeddedKms({ dir: join(service.keystoreDir, 'kms'), clock }),
    keys: createPostgresKeyStore({ writer }),
    clock,
    random: randomBytes,
    purposes: ['safety'],
    cacheMs: 0,
  });
  try {
    const opened: OpenedEvent[] = [];
    for (const { envelope: bytes, sealed } of await withServiceLog(service, log =>
      log.readStream(tenant, assetStream(asset)),
    )) {
      const { id, sealed: reference } = decodeEnvelope(bytes);
      if (sealed === null || reference === undefined) continue;
      const parts: Record<string, Opened> = {};
      for (const part of reference.parts) {
        const result = await vault.open(tenant, assetScope(asset), 'safety', sealed, id, part);
        parts[part] =
          result.status === 'opened' ? (JSON.parse(result.bytes.toString('utf8')) as Opened) : result.status;
      }
      opened.push(parts);
    }
    return opened;
  } finally {
    vault.close();
    await writer.end();
  }
}

const assetStream = (asset: string): string => `asset/${asset}`;
