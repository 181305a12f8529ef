import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { hasGo } from '../../infra/local-kms/build.ts';
import { createLocalKms, type LocalKms } from '../../infra/local-kms/server.ts';

/** In CI a missing engine is a failure; elsewhere its tests are skipped, and say why. */
export function canRunLocalKms(): boolean {
  if (hasGo() || process.env['CI'] === 'true') return true;
  console.warn('skipped: local-kms needs Go to be built');
  return false;
}

/** A local-kms for the tests of one file; the first that needs one builds it. */
export function useLocalKms(region = 'eu-central-1'): () => LocalKms {
  let dir = '';
  let server: LocalKms | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lethe-local-kms-'));
    server = await createLocalKms({ dir, region });
    await server.start();
  }, 180_000);
  afterAll(async () => {
    await server?.kill();
    await rm(dir, { recursive: true, force: true });
  });
  return () => {
    if (server === undefined) throw new Error('local-kms was not started');
    return server;
  };
}
