import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createEntityWorker } from '../../src/cli/compose-entities.ts';
import { composePiiDetector } from '../../src/cli/compose-pii.ts';
import { VIEWS } from '../../src/cli/views.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import { createProjector, type Projector } from '../../src/projections/runner/projector.ts';
import type { Worker } from '../../src/workers/loop.ts';
import { openApplication, type TestApplication } from '../support/application.ts';

const CALLER: Actor = { kind: 'api-client', id: 'caller' };
const PATIENCE = { timeout: 40_000, interval: 50 };
/** As many as the rule of mass deletion looks for. */
const ASSETS = Array.from({ length: 20 }, (_, at) => `asset-${'abcdefghijklmnopqrstuvwxyz'.charAt(at)}`);

let application: TestApplication;
beforeAll(async () => {
  application = await openApplication('clarifai');
});
afterAll(() => application.close());

let workers: Worker[];
let projector: Projector;
beforeEach(() => {
  const { stores, composition, surroundings } = application;
  projector = createProjector({ log: stores.log, writer: stores.writer, views: VIEWS });
  workers = [
    composePiiDetector(composition, stores, surroundings),
    createEntityWorker({ ...surroundings, stores }),
    composition.abuseRules,
  ];
});
afterEach(() => Promise.all([projector.stop(), ...workers.map(worker => worker.stop())]));

async function start(): Promise<void> {
  await projector.start();
  for (const worker of workers) worker.start();
}

async function report(tenant: string, type: string, data: Readonly<Record<string, unknown>>): Promise<void> {
  const events = ASSETS.map(subject => ({
    ...{ specversion: '1.0', id: randomUUID(), source: 'platform/test', type, subject },
    data: { subject: 'mallory', ...data },
  }));
  await application.ingest(tenant, events, CALLER);
}
const upload = (tenant: string): Promise<void> =>
  report(tenant, 'upload.received', { content: 'card 4111111111111111', device: 'd' });

const count = async (tenant: string, type: string): Promise<number> =>
  (await application.stores.log.readAll(0, 1_000)).filter(
    event => event.tenant === tenant && event.type === type,
  ).length;
async function seen(tenant: string): Promise<number> {
  const sql = 'select count(*) as assets from view_abuse_entities.sightings where tenant = $1';
  const { rows } = await application.stores.writer.query<{ assets: number }>(sql, [tenant]);
  return rows[0]?.assets ?? 0;
}
async function keyOf(tenant: string): Promise<string> {
  const sql = 'select kms_key_id as key from keys.epochs where tenant = $1';
  const { rows } = await application.stores.writer.query<{ key: string }>(sql, [tenant]);
  return rows[0]?.key ?? '';
}

test('a refused key of one tenant keeps no other from its flags, its graph and its signals', async () => {
  const { stores, register } = application;
  const policy = { piiDetection: 'on', minRetention: 'P20D' };
  const [refused, other] = [await register(policy), await register(policy)];
  await upload(refused);
  await upload(other);
  await stores.kms.disableKey(await keyOf(refused));
  stores.vault.close();
  await start();
  await vi.waitFor(async () => expect(await count(other, 'pii.flagged')).toBe(ASSETS.length), PATIENCE);
  await vi.waitFor(async () => expect(await seen(other)).toBe(ASSETS.length), PATIENCE);
  await report(other, 'deletion.requested', {});
  await vi.waitFor(async () => expect(await count(other, 'abuse.signalled')).toBeGreaterThan(0), PATIENCE);
  expect(await count(refused, 'pii.flagged')).toBe(0);
  expect(await seen(refused)).toBe(0);
  await stores.kms.enableKey(await keyOf(refused));
  await vi.waitFor(async () => expect(await count(refused, 'pii.flagged')).toBe(ASSETS.length), PATIENCE);
  await vi.waitFor(async () => expect(await seen(refused)).toBe(ASSETS.length), PATIENCE);
  await vi.waitFor(async () => {
    const waits = 'select from pii.put_aside union all select from view_abuse_entities.waiting';
    expect((await stores.writer.query(waits)).rowCount).toBe(0);
  }, PATIENCE);
  expect(await count(refused, 'pii.flagged')).toBe(ASSETS.length);
  expect(await count(other, 'pii.flagged')).toBe(ASSETS.length);
}, 120_000);
