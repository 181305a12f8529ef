import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { restoreSurvivors } from '../../src/application/epochs/restore-survivors.ts';
import { openCheckpoint } from '../../src/domain/tlog/checkpoint.ts';
import { parseVerifierKey } from '../../src/domain/tlog/keys.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { openSurvivorsFiles } from '../../src/platform/keystore/survivors-files.ts';
import { createPostgresEpochStore } from '../../src/platform/postgres/epoch-store.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { createPostgresLeases } from '../../src/platform/postgres/leases.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { rejectionCode } from '../support/code-of.ts';
import { epochsOf, query } from '../support/service-epochs.ts';
import { logIsElsewhere } from '../support/service-event-log.ts';
import { openForSafety } from '../support/service-safety.ts';
import type { TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { beside, contentOf, copyAs, live, ownEvents, PATIENCE, untilState } from './restored.ts';

const clock = { now: () => new Date() };
const accepted = z.looseObject({ size: z.number() });

let service: TestService;
let tenant: TestTenant;

// A log that is elsewhere does not go back with the directory: its own restores are told in eventstore-restore.test.ts.
const ofTheWhole = describe.skipIf(logIsElsewhere());
ofTheWhole(
  'a backup of the whole data directory, taken before an erasure and restored after its horizon',
  () => {
    beforeAll(async () => {
      service = await createService({ database: 'embedded', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
      const lived = await live(service, async () => {
        await copyAs(service.dataDir, beside(service, 'backup'));
        await copyAs(service.keystoreDir, beside(service, 'thief'));
      });
      ({ tenant } = lived);
      await service.start();
      await untilState(lived, 'beyond-backup');
      await service.stop();
      await rename(service.dataDir, beside(service, 'newest'));
      await copyAs(beside(service, 'backup'), service.dataDir);
    }, 120_000);
    afterAll(() => service.destroy());

    it('is refused by the service, which says what to do, and is left as it is', async () => {
      await expect(service.start()).rejects.toThrow('log-shorter-than-checkpoint');
      await service.stop();
    });

    it('opens nothing erased, by whatever way round the guard, old artefacts included; survivors open again', async () => {
      const database = await startEmbeddedPostgres({
        dataDir: join(service.dataDir, 'postgres'),
        log: () => undefined,
      });
      const { connectionString } = database;
      const leases = createPostgresLeases({ connectionString, onError: () => undefined });
      const writer = createPool({
        connectionString,
        ...{ role: 'lethe_writer', max: 2, applicationName: 'lethe-test', onError: () => undefined },
      });
      try {
        // The rows are those of the backup: live, with both wraps.
        const wraps = `select state from keys.data_keys where scope = 'asset/gone' and safety is not null`;
        expect(await query(service, wraps)).toEqual([{ state: 'live' }]);
        expect(await rejectionCode(openForSafety(service, tenant.id, 'gone'))).toBe('kms-key-destroyed');

        // What a thief kept of the keystore beside the backup does not make the KMS open it again.
        expect(await readdir(join(beside(service, 'thief'), 'survivors'))).toEqual([`${tenant.id}.2`]);
        await cp(join(beside(service, 'thief'), 'survivors'), join(service.keystoreDir, 'survivors'), {
          recursive: true,
        });
        const survivors = await openSurvivorsFiles(join(service.keystoreDir, 'survivors'));
        const keys = createPostgresKeyStore({ writer });
        const epochs = createPostgresEpochStore({ writer, leases });
        const kms = await openEmbeddedKms({ dir: join(service.keystoreDir, 'kms'), clock });
        const restored = await restoreSurvivors({ kms, keys, epochs, survivors, clock });
        expect(restored).toEqual([{ tenant: tenant.id, epoch: 3, revived: 3, lost: 1 }]);
        expect(await restoreSurvivors({ kms, keys, epochs, survivors, clock })).toEqual([]);

        expect(await openForSafety(service, tenant.id, 'kept')).toEqual([
          { content: { content: 'content of kept' } },
        ]);
        expect(await rejectionCode(openForSafety(service, tenant.id, 'gone'))).toBe('kms-key-destroyed');
        const kmsKeys = (await epochsOf(service, tenant.id)).map(epoch => epoch.kms);
        expect(kmsKeys).toEqual(['destroyed', 'destroyed', 'enabled']);
        await expectNoKmsKeyOpens('asset/gone');
      } finally {
        await writer.end();
        await database.stop();
      }
    });

    it('is no trouble to the newest data directory, put back in its place', async () => {
      await rm(service.dataDir, { recursive: true });
      await rename(beside(service, 'newest'), service.dataDir);
      await service.start();
      expect(await contentOf(tenant, 'kept')).toEqual({ content: 'content of kept' });
      expect(await contentOf(tenant, 'gone')).toBe(410);
      expect(await openForSafety(service, tenant.id, 'gone')).toEqual([{ content: 'erased' }]);
      await service.stop();
    });

    it('goes on where the rest is lost for good, once somebody answers for it: nothing erased opens, neighbours do', async () => {
      await rm(service.dataDir, { recursive: true });
      await copyAs(beside(service, 'backup'), service.dataDir);
      await cp(join(beside(service, 'thief'), 'survivors'), join(service.keystoreDir, 'survivors'), {
        recursive: true,
      });
      await expect(service.start()).rejects.toThrow('log-shorter-than-checkpoint');
      await service.stop();

      const checkpoints = join(service.keystoreDir, 'checkpoints');
      const abandoned = await readFile(join(checkpoints, `${tenant.id}.checkpoint`), 'utf8');
      const [origin = '', size = '', root = ''] = abandoned.split('\n');
      const order = [tenant.id, '--size', size, '--root', root, '--by', 'staff-7'];
      expect((await service.command('accept-loss')).output).toContain(order.slice(0, 5).join(' '));
      const other = await service.command(
        'accept-loss',
        ...order.with(4, createHash('sha256').digest('base64')),
      );
      expect(other.code).toBe(1);
      expect(other.output).toContain('loss-not-found');
      const named = await service.command('accept-loss', ...order.with(6, 'jane@example.com'));
      expect(named.code).toBe(1);
      expect(named.output).toContain('without spaces and @');
      expect(await readdir(checkpoints)).toEqual([`${tenant.id}.checkpoint`]);
      expect(await service.command('accept-loss', ...order)).toMatchObject({ code: 0 });
      expect((await service.command('accept-loss')).output).toContain('nothing is lost');
      expect(await readFile(join(checkpoints, `${tenant.id}.1.abandoned`), 'utf8')).toBe(abandoned);

      await service.start();
      expect(await contentOf(tenant, 'kept')).toEqual({ content: 'content of kept' });
      expect(await contentOf(tenant, 'gone')).toBe(500);
      expect(await openForSafety(service, tenant.id, 'kept')).toEqual([
        { content: { content: 'content of kept' } },
      ]);
      // The second once the roots of the destroyed KMS key are removed, which goes on meanwhile.
      const closed = await rejectionCode(openForSafety(service, tenant.id, 'gone'));
      expect(['kms-key-destroyed', 'key-missing']).toContain(closed);
      const [fact, ...more] = (await ownEvents(service, tenant)).filter(
        ({ type }) => type === 'log.loss-accepted',
      );
      expect(more).toEqual([]);
      const { data } = z.object({ data: accepted }).parse(JSON.parse(String(fact?.envelope)));
      expect(data).toMatchObject({ abandoned: { size: Number(size), root }, generation: 2 });
      expect(data.size).toBeLessThan(Number(size));

      // What is signed from here on can't be taken for what was signed before.
      const key = (await tenant.admin.get(tenant.path('/log/key'))).as(
        z.object({ origin: z.string(), key: z.string() }),
      );
      expect(key.origin).toBe(`${origin}/2`);
      await vi.waitFor(async () => {
        const { text } = await tenant.admin.get(tenant.path('/log/checkpoint'));
        expect(openCheckpoint(text, parseVerifierKey(key.key)).size).toBeGreaterThan(data.size);
      }, PATIENCE);
      await service.stop();
      expect(await service.command('roll')).toMatchObject({ code: 0 });
      await service.start();
      expect(await contentOf(tenant, 'kept')).toEqual({ content: 'content of kept' });
      expect(await rejectionCode(openForSafety(service, tenant.id, 'gone'))).toBe('key-missing');
    }, 120_000);
  },
);

/** The roots of the backup, tried under every key that the live KMS knows. */
async function expectNoKmsKeyOpens(scope: string): Promise<void> {
  const kmsDir = join(service.keystoreDir, 'kms');
  const kms = await openEmbeddedKms({ dir: kmsDir, clock });
  const roots = await query<{ purpose: string; wrapped: Buffer }>(
    service,
    `select r.purpose, r.wrapped from keys.roots r join keys.data_keys k using (tenant, epoch) where k.scope = $1`,
    [scope],
  );
  expect(roots).toHaveLength(2);
  const context = (purpose: string) => ({ tenant: tenant.id, epoch: '2', purpose });
  for (const keyId of await readdir(kmsDir)) {
    for (const { purpose, wrapped } of roots) {
      const code = await rejectionCode(kms.decrypt(keyId, wrapped, context(purpose)));
      expect(['kms-key-destroyed', 'kms-context-mismatch']).toContain(code);
    }
  }
}
