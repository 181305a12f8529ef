import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreSurvivors, type Restored } from '../../../src/application/epochs/restore-survivors.ts';
import type { EpochState, EpochStore, SurvivorsFiles } from '../../../src/domain/ports/epoch-store.ts';
import type { DataKeyRow, KeyStore } from '../../../src/domain/ports/key-store.ts';
import type { Kms } from '../../../src/domain/ports/kms.ts';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { openSurvivorsFiles } from '../../../src/platform/keystore/survivors-files.ts';
import { createPostgresEpochStore } from '../../../src/platform/postgres/epoch-store.ts';
import { createPostgresKeyStore } from '../../../src/platform/postgres/key-store.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

const clock = { now: () => new Date('2026-01-02T03:04:05.678Z') };
const openedAt = clock.now();
const wrap = (): Buffer => randomBytes(61);

let dir: string;
let database: KeyDatabase;
let keys: KeyStore;
let epochs: EpochStore;
let kms: Kms;
let survivors: SurvivorsFiles;
let tenant: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-restore-'));
  database = await openKeyDatabase();
  keys = createPostgresKeyStore({ writer: database.writer });
  epochs = createPostgresEpochStore(database);
  kms = await openEmbeddedKms({ dir: join(dir, 'kms'), clock });
  survivors = await openSurvivorsFiles(join(dir, 'survivors'));
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  tenant = randomUUID();
});

const begin = async (epoch: number, state: EpochState): Promise<string> => {
  const { keyId: kmsKeyId } = await kms.createKey({ tenant, epoch: String(epoch) });
  await keys.insertEpoch({ tenant, epoch, kmsKeyId, state, openedAt });
  return kmsKeyId;
};
const live = (scope: string, epoch: number): DataKeyRow => ({
  ...{ tenant, scope, keyId: randomUUID(), epoch, subject: null, state: 'live', createdAt: openedAt },
  ...{ safety: wrap(), serving: wrap(), hiddenAt: null, erasedAt: null },
});
/** Rows as they were in the middle of the roll to epoch 2, and the survivors as the end of that roll has kept them. */
async function copiedOnTheWay(state: 'closing' | 'closed'): Promise<{ kmsKey: string; kept: DataKeyRow }> {
  const kmsKey = await begin(1, 'closing');
  const kmsKeyId = await begin(2, 'current');
  const [kept, gone] = [live('asset/kept', 1), live('asset/gone', 1)];
  await keys.insertDataKeys([kept, gone, live('asset/moved', 2)]);
  if (state === 'closed') await epochs.close(tenant, 1);
  const roots = (['serving', 'safety'] as const).map(purpose => ({ purpose, wrapped: wrap() }));
  const survivor = { ...kept, safety: wrap(), serving: wrap() };
  await survivors.write({ tenant, epoch: 2, kmsKeyId, openedAt, roots }, pageOf(survivor));
  return { kmsKey, kept: survivor };
}
// eslint-disable-next-line @typescript-eslint/require-await -- pages come from a database elsewhere
async function* pageOf(row: DataKeyRow): AsyncGenerator<readonly DataKeyRow[]> {
  yield [row];
}
const restore = async (): Promise<Restored[]> =>
  (await restoreSurvivors({ kms, keys, epochs, survivors, clock })).filter(one => one.tenant === tenant);
const states = async (): Promise<string[]> => (await epochs.list(tenant)).map(({ state }) => state);

describe('rows of a backup that was taken in the middle of a roll', () => {
  it.each(['closing', 'closed'] as const)(
    'get their survivors back once that roll has ended: the old epoch is %s, its KMS key destroyed',
    async state => {
      const { kmsKey, kept } = await copiedOnTheWay(state);
      await kms.scheduleKeyDeletion(kmsKey, 0);
      expect(await restore()).toEqual([{ tenant, epoch: 2, revived: 1, lost: 1 }]);
      const [row] = await keys.readDataKeys(tenant, ['asset/kept']);
      expect(row).toMatchObject({ epoch: 2, safety: kept.safety, serving: kept.serving });
      expect(await states()).toEqual(['retired', 'current']);
      expect(await restore()).toEqual([]);
    },
  );

  it('are left to the roll where it never ended: the old KMS key still opens them', async () => {
    await copiedOnTheWay('closed');
    expect(await restore()).toEqual([]);
    expect(await states()).toEqual(['closed', 'current']);
  });
});
