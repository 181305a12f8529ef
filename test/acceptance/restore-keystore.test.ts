import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { beside, contentOf, copyAs, ownEvents, PATIENCE } from './restored.ts';

/** Its checkpoint is published, over everything that it has in the log. */
async function isSigned(service: TestService, tenant: TestTenant): Promise<void> {
  const events = (await ownEvents(service, tenant)).length;
  await vi.waitFor(async () => {
    const sql = 'select published from tlog.trees where tenant = $1';
    const [tree] = await query<{ published: string }>(service, sql, [tenant.id]);
    expect(Number(tree?.published)).toBeGreaterThanOrEqual(events);
  }, PATIENCE);
}

describe('an old copy of the keystore under a newer database', () => {
  it('is refused, by its KMS keys as by its checkpoints, and the newest one serves again', async () => {
    const service = await createService({ database: 'shared', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
    try {
      await service.start();
      const tenant = await registerTenant(service);
      await isSigned(service, tenant);
      await service.stop();
      await copyAs(service.keystoreDir, beside(service, 'old'));
      await service.start();
      await tenant.report(upload('kept', { subject: 'ada', content: 'content of kept' }));
      await isSigned(service, tenant);
      await service.stop();

      const checkpoint = join('checkpoints', `${tenant.id}.checkpoint`);
      await rename(join(service.keystoreDir, checkpoint), beside(service, 'newest.checkpoint'));
      await copyFile(join(beside(service, 'old'), checkpoint), join(service.keystoreDir, checkpoint));
      await expect(service.start()).rejects.toThrow('keystore-older-than-database');
      await service.stop();
      await rename(beside(service, 'newest.checkpoint'), join(service.keystoreDir, checkpoint));

      expect(await service.command('roll')).toMatchObject({ code: 0 });
      await rename(service.keystoreDir, beside(service, 'newest'));
      await copyAs(beside(service, 'old'), service.keystoreDir);
      await expect(service.start()).rejects.toThrow('keystore-older-than-database');
      await service.stop();
      const roll = await service.command('roll');
      expect(roll.code).toBe(1);
      expect(roll.output).toContain('keystore-older-than-database');
      await rm(service.keystoreDir, { recursive: true });
      await rename(beside(service, 'newest'), service.keystoreDir);
      await service.start();
      expect(await contentOf(tenant, 'kept')).toEqual({ content: 'content of kept' });
    } finally {
      await service.destroy();
    }
  }, 120_000);
});

describe('a data directory whose keystore is missing', () => {
  it('is refused rather than given a new keystore', async () => {
    const service = await createService({ database: 'shared' });
    try {
      await service.start();
      await registerTenant(service);
      await service.stop();
      await rename(service.keystoreDir, beside(service, 'elsewhere'));
      await expect(service.start()).rejects.toThrow('keystore-missing');
      expect(await readdir(dirname(service.dataDir))).not.toContain('data.keystore');
      await rm(service.keystoreDir, { recursive: true, force: true });
      await mkdir(beside(service, 'unused'));
      await rename(beside(service, 'elsewhere'), service.keystoreDir);
      await service.start();
    } finally {
      await service.destroy();
    }
  }, 120_000);
});
