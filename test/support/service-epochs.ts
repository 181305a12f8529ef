import { join } from 'node:path';
import pg from 'pg';
import type { EpochRow } from '../../src/domain/ports/epoch-store.ts';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { createPostgresEpochStore } from '../../src/platform/postgres/epoch-store.ts';
import { createPostgresLeases } from '../../src/platform/postgres/leases.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import type { TestService } from './service.ts';

const clock = { now: () => new Date() };

/** The epochs of a tenant, and what the KMS says of the key of each. */
export async function epochsOf(
  service: TestService,
  tenant: string,
): Promise<(EpochRow & { readonly kms: string })[]> {
  const connectionString = await service.databaseUrl();
  const leases = createPostgresLeases({ connectionString, onError: () => undefined });
  const writer = createPool({
    connectionString,
    ...{ role: 'lethe_writer', max: 1, applicationName: 'lethe-test-epochs', onError: () => undefined },
  });
  try {
    const kms = await openEmbeddedKms({ dir: join(service.keystoreDir, 'kms'), clock });
    const rows = await createPostgresEpochStore({ writer, leases }).list(tenant);
    return await Promise.all(
      rows.map(async row => ({ ...row, kms: (await kms.describeKey(row.kmsKeyId)).state })),
    );
  } finally {
    await writer.end();
  }
}

/** One query as the superuser. */
export async function query<Row extends pg.QueryResultRow>(
  service: TestService,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: await service.databaseUrl() });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
