import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';
import { serveKafka } from './kafka.ts';
import { createTemplate } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the superuser, for the server that all tests share. */
    testServer: string;
  }
}

/**
 * Tests lose nothing when the machine loses power. Several files at a time have several processes each on the one server,
 * which docs/operating.md would not put on a hundred connections.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['LETHE_TEST_DATABASE_URL'];
  if (given !== undefined) return { url: given, stop: () => Promise.resolve() };
  const dataDir = await mkdtemp(join(tmpdir(), 'lethe-test-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: SETTINGS });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.connectionString, stop };
}

/** One real server and one migrated template for the whole run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startServer();
  await createTemplate(url);
  const kafka = await serveKafka();
  project.provide('testServer', url);
  project.provide('testKafka', kafka.url);
  return async () => {
    await Promise.all([stop(), kafka.stop()]);
  };
}
