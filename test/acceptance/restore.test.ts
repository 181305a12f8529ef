import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { restoreSurvivors } from '../../src/application/epochs/restore-survivors.ts';
import type { StoredEvent } from '../../src/domain/ports/event-log.ts';
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
import { contentAnswer, deletionAnswer, requestAnswer } from '../support/service-answers.ts';
import { epochsOf, query } from '../support/service-epochs.ts';
import { logIsElsewhere, storedEvents } from '../support/service-event-log.ts';
import { openForSafety } from '../support/service-safety.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const clock = { now: () => new Date() };
const copyAs = (from: string, to: string): Promise<unknown> => promisify(execFile)('cp', ['-a', from, to]);

let service: TestService;
let tenant: TestTenant;
let request: string;

const at = (name: string): string => join(dirname(service.dataDir), name);
const contentOf = async (asset: string): Promise<unknown> => {
  const answer = await tenant.admin.get(tenant.path(`/assets/${asset}/content`));
  return answer.status === 200 ? answer.as(contentAnswer).contents[0]?.content : answer.status;
};
const untilState = (state: string): Promise<void> =>
  vi.waitFor(async () => {
    const read = await tenant.dpo.get(tenant.path(`/deletion-requests/${request}`));
    expect(read.as(requestAnswer).state).toBe(state);
  }, PATIENCE);

/** An asset that is erased after `backup` was taken, one that is hidden, and one that stays; then the horizon. */
async function live(backup: () => Promise<void>): Promise<void> {
  await service.start();
  tenant = await registerTenant(service, { minRetention: 'PT0S' });
  await tenant.report(
    ...['gone', 'kept'].map(asset => upload(asset, { subject: 'ada', content: `content of ${asset}` })),
  );
  await service.stop();
  // Not the first epoch, so that there is an old survivors file to be kept by a thief.
  expect(await service.command('roll')).toMatchObject({ code: 0 });
  await backup();
  await service.start();
  const asked = await tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', asset: 'gone' });
  request = asked.as(deletionAnswer).id;
  await untilState('erased');
  await service.stop();
  expect(await service.command('roll')).toMatchObject({ code: 0 });
}

// A log that is elsewhere does not go back with the directory: its own restores are told in eventstore-restore.test.ts.
const ofTheWhole = describe.skipIf(logIsElsewhere());
ofTheWhole(
  'a backup of the whole data directory, taken before an erasure and restored after its horizon',
  () => {
    beforeAll(async () => {
      service = await createService({ database: 'embedded', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
      await live(async () => {
        await copyAs(service.dataDir, at('backup'));
        await copyAs(service.keystoreDir, at('thief'));
      });
      await service.start();
      await untilState('beyond-backup');
      await service.stop();
      await rename(service.dataDir, at('newest'));
      await copyAs(at('backup'), service.dataDir);
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
        expect(await readdir(join(at('thief'), 'survivors'))).toEqual([`${tenant.id}.2`]);
        await cp(join(at('thief'), 'survivors'), join(service.keystoreDir, 'survivors'), { recursive: true });
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
      await rename(at('newest'), service.dataDir);
      await service.start();
      expect(await contentOf('kept')).toEqual({ content: 'content of kept' });
      expect(await contentOf('gone')).toBe(410);
      expect(await openForSafety(service, tenant.id, 'gone')).toEqual([{ content: 'erased' }]);
      await service.stop();
    });

    it('goes on where the rest is lost for good, once somebody answers for it: nothing erased opens, neighbours do', async () => {
      await rm(service.dataDir, { recursive: true });
      await copyAs(at('backup'), service.dataDir);
      await cp(join(at('thief'), 'survivors'), join(service.keystoreDir, 'survivors'), { recursive: true });
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
      expect(await contentOf('kept')).toEqual({ content: 'content of kept' });
      expect(await contentOf('gone')).toBe(500);
      expect(await openForSafety(service, tenant.id, 'kept')).toEqual([
        { content: { content: 'content of kept' } },
      ]);
      // The second once the roots of the destroyed KMS key are removed, which goes on meanwhile.
      const closed = await rejectionCode(openForSafety(service, tenant.id, 'gone'));
      expect(['kms-key-destroyed', 'key-missing']).toContain(closed);
      const [fact, ...more] = (await ownEvents()).filter(({ type }) => type === 'log.loss-accepted');
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
      expect(await contentOf('kept')).toEqual({ content: 'content of kept' });
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

describe('key rows of a backup under a log that is whole', () => {
  const TABLES = ['data_keys', 'epochs', 'roots', 'subjects', 'fence'];

  beforeAll(async () => {
    service = await createService({ database: 'shared', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
    await live(async () => {
      await query(service, 'create schema backup');
      for (const table of TABLES) await query(service, `create table backup.${table} as table keys.${table}`);
    });
    for (const table of TABLES) {
      await query(service, `delete from keys.${table}`);
      await query(service, `insert into keys.${table} select * from backup.${table}`);
    }
    expect(await rejectionCode(openForSafety(service, tenant.id, 'kept'))).toBe('kms-key-destroyed');
  }, 120_000);
  afterAll(() => service.destroy());

  it('are fenced from the log, and get their survivors back, before anything opens', async () => {
    await service.start();
    expect(await contentOf('kept')).toEqual({ content: 'content of kept' });
    expect(await contentOf('gone')).toBe(410);
    expect(await openForSafety(service, tenant.id, 'gone')).toEqual([{ content: 'erased' }]);
    const output = await service.output();
    expect(output).toContain('survivors have their keys back');
    expect(output).not.toContain('keys are gone');
  });

  it('go on: new assets are taken, and rolls beside the service and beside each other move them all', async () => {
    await tenant.report(upload('new', { subject: 'ada', content: 'content of new' }));
    const rolls = await Promise.all([service.command('roll', tenant.id), service.command('roll', tenant.id)]);
    expect(rolls).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const asset of ['kept', 'new'])
      expect(await contentOf(asset)).toEqual({ content: `content of ${asset}` });
    const states = (await epochsOf(service, tenant.id)).map(({ state, kms }) => `${state}, ${kms}`);
    expect(states.length).toBeGreaterThan(3);
    expect(new Set(states.slice(0, -1))).toEqual(new Set(['destroyed, destroyed']));
    expect(states.at(-1)).toBe('current, enabled');
  });
});

describe('an old copy of the keystore under a newer database', () => {
  it('is refused, by its KMS keys as by its checkpoints, and the newest one serves again', async () => {
    service = await createService({ database: 'shared', env: { LETHE_KEY_CACHE: 'PT0.2S' } });
    try {
      await service.start();
      tenant = await registerTenant(service);
      await signedUpTo(await sizeOfLog());
      await service.stop();
      await copyAs(service.keystoreDir, at('old'));
      await service.start();
      await tenant.report(upload('kept', { subject: 'ada', content: 'content of kept' }));
      await signedUpTo(await sizeOfLog());
      await service.stop();

      const checkpoint = join('checkpoints', `${tenant.id}.checkpoint`);
      await rename(join(service.keystoreDir, checkpoint), at('newest.checkpoint'));
      await copyFile(join(at('old'), checkpoint), join(service.keystoreDir, checkpoint));
      await expect(service.start()).rejects.toThrow('keystore-older-than-database');
      await service.stop();
      await rename(at('newest.checkpoint'), join(service.keystoreDir, checkpoint));

      expect(await service.command('roll')).toMatchObject({ code: 0 });
      await rename(service.keystoreDir, at('newest'));
      await copyAs(at('old'), service.keystoreDir);
      await expect(service.start()).rejects.toThrow('keystore-older-than-database');
      await service.stop();
      const roll = await service.command('roll');
      expect(roll.code).toBe(1);
      expect(roll.output).toContain('keystore-older-than-database');
      await rm(service.keystoreDir, { recursive: true });
      await rename(at('newest'), service.keystoreDir);
      await service.start();
      expect(await contentOf('kept')).toEqual({ content: 'content of kept' });
    } finally {
      await service.destroy();
    }
  }, 60_000);
});

const accepted = z.looseObject({ size: z.number() });
const ownEvents = async (): Promise<StoredEvent[]> =>
  (await storedEvents(service)).filter(event => event.tenant === tenant.id);
const sizeOfLog = async (): Promise<number> => (await ownEvents()).length;
const signedUpTo = (events: number): Promise<void> =>
  vi.waitFor(async () => {
    const sql = 'select published from tlog.trees where tenant = $1';
    const [tree] = await query<{ published: string }>(service, sql, [tenant.id]);
    expect(Number(tree?.published)).toBeGreaterThanOrEqual(events);
  }, PATIENCE);

describe('a data directory whose keystore is missing', () => {
  it('is refused rather than given a new keystore', async () => {
    service = await createService({ database: 'shared' });
    try {
      await service.start();
      await registerTenant(service);
      await service.stop();
      await rename(service.keystoreDir, at('elsewhere'));
      await expect(service.start()).rejects.toThrow('keystore-missing');
      expect(await readdir(dirname(service.dataDir))).not.toContain('data.keystore');
      await rm(service.keystoreDir, { recursive: true, force: true });
      await mkdir(at('unused'));
      await rename(at('elsewhere'), service.keystoreDir);
      await service.start();
    } finally {
      await service.destroy();
    }
  }, 30_000);
});
