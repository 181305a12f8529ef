import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPiiDetection, type PiiDetectionDeps } from '../../../src/application/pii/detection.ts';
import { decodeEnvelope, type Actor } from '../../../src/domain/events/envelope.ts';
import { createDetectMany } from '../../../src/domain/pii/detect/detect-many.ts';
import { exactDetector } from '../../../src/domain/pii/detect/exact.ts';
import { assetScope } from '../../../src/domain/ports/key-store.ts';
import { createPostgresCursor } from '../../../src/platform/postgres/cursor.ts';
import { createPostgresPutAside } from '../../../src/platform/postgres/pii-put-aside.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';
import { tellingAttempts } from '../../support/attempts.ts';

const CALLER: Actor = { kind: 'api-client', id: 'caller' };
const LIMIT = 1_000;
const LATER_MS = 60_000;

let application: TestApplication;
let stores: TestApplication['stores'];
beforeAll(async () => {
  application = await openApplication('clarifai');
  ({ stores } = application);
});
afterAll(() => application.close());

/** Of each test: its own tenants, cursor and time. */
let tenant: string;
let other: string;
let wanting: Set<string>;
let cursor: PiiDetectionDeps['cursor'];
let aside: PiiDetectionDeps['aside'];
let now: number;
let skipped: string[];
let failed: [tenant: string, code: string | undefined][];
beforeEach(async () => {
  [tenant, other] = [await application.register(), await application.register()];
  wanting = new Set([tenant, other]);
  cursor = createPostgresCursor({ writer: stores.writer, worker: randomUUID() });
  await cursor.advance(await stores.log.head());
  aside = createPostgresPutAside(stores);
  [now, skipped, failed] = [0, [], []];
});

/** As a process that has just begun has it. */
function detection(more: Partial<PiiDetectionDeps> = {}) {
  const told = tellingAttempts(() => now);
  failed = told.failed;
  return createPiiDetection({
    ...{ log: stores.log, keys: stores.keys, vault: stores.vault, ingest: application.ingest },
    ...{ cursor, aside, attempts: told.attempts },
    settings: async () => ({ position: await stores.log.head(), tenants: wanting }),
    detect: createDetectMany({ detectors: [exactDetector], models: [], pause: () => Promise.resolve() }),
    onSkipped: ({ code }) => skipped.push(code),
    ...more,
  });
}

async function report(of: string, ...assets: string[]): Promise<number> {
  const events = assets.map(subject => ({
    ...{ specversion: '1.0', id: randomUUID(), source: 'platform/test', type: 'upload.received', subject },
    data: { subject: 'ada', content: 'card 4111111111111111' },
  }));
  return (await application.ingest(of, events, CALLER)).position;
}

/** Assets that the log has flags of, one entry a flag. */
const flagged = async (of: string): Promise<(string | undefined)[]> =>
  (await stores.log.readAll(0, LIMIT))
    .filter(event => event.tenant === of && event.type === 'pii.flagged')
    .map(({ envelope }) => decodeEnvelope(envelope).asset)
    .sort();

async function keyOf(of: string): Promise<string> {
  const sql = 'select kms_key_id as key from keys.epochs where tenant = $1';
  return (await stores.writer.query<{ key: string }>(sql, [of])).rows[0]?.key ?? '';
}
async function disable(of: string): Promise<void> {
  await stores.kms.disableKey(await keyOf(of));
  stores.vault.close();
}
const enable = async (of: string): Promise<void> => stores.kms.enableKey(await keyOf(of));

describe('while the KMS refuses the key of one tenant', () => {
  it('the PII of others is flagged, and its own exactly once when the key opens again', async () => {
    const position = (await report(tenant, 'one', 'two'), await report(other, 'seen'));
    await disable(tenant);
    const worker = detection();
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 1, waiting: 2, isFull: false });
    expect(await flagged(other)).toEqual(['seen']);
    expect(await flagged(tenant)).toEqual([]);
    expect(await cursor.read()).toBe(position);
    expect(await aside.count(tenant)).toBe(2);
    expect(failed).toEqual([[tenant, 'kms-unavailable']]);
    await enable(tenant);
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 0, waiting: 2 });
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 2, waiting: 0 });
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 0, waiting: 0 });
    expect(await flagged(tenant)).toEqual(['one', 'two']);
    expect(await flagged(other)).toEqual(['seen']);
    expect(await aside.tenants()).not.toContain(tenant);
    expect(skipped).toEqual([]);
  });

  it('what it reports meanwhile is put aside unasked, and all of it is looked through in the end', async () => {
    await report(tenant, 'one', 'two', 'three');
    await disable(tenant);
    let asked = 0;
    const vault: PiiDetectionDeps['vault'] = {
      open: (...request) => {
        asked++;
        return stores.vault.open(...request);
      },
    };
    const worker = detection({ vault });
    for (const from of [1, 2, 3]) expect(await worker.round(1)).toMatchObject({ flags: 0, isFull: from > 0 });
    // By the first round alone: to look, and to look again.
    expect(asked).toBe(2);
    expect(await aside.count(tenant)).toBe(3);
    await enable(tenant);
    now += LATER_MS;
    for (const flags of [1, 1, 1]) expect(await worker.round(1)).toMatchObject({ flags });
    expect(await flagged(tenant)).toEqual(['one', 'three', 'two']);
    await report(tenant, 'four');
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 1, waiting: 0 });
    expect(await aside.count(tenant)).toBe(0);
  });

  it('what of it is erased or hidden leaves, and is not flagged', async () => {
    await report(tenant, 'erased', 'hidden', 'standing');
    await disable(tenant);
    const worker = detection();
    expect(await worker.round(LIMIT)).toMatchObject({ waiting: 3 });
    await stores.vault.erase(tenant, [assetScope('erased')], new Date());
    await stores.vault.hide(tenant, [assetScope('hidden')], new Date());
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ waiting: 1 });
    await stores.vault.erase(tenant, [assetScope('standing')], new Date());
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 0, waiting: 0 });
    expect(await aside.count(tenant)).toBe(0);
    await enable(tenant);
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 0 });
    expect(await flagged(tenant)).toEqual([]);
    expect(skipped).toEqual([]);
  });

  it('what waits is dropped once its tenant wants nothing looked through', async () => {
    await report(tenant, 'one');
    await disable(tenant);
    const worker = detection();
    await worker.round(LIMIT);
    wanting.delete(tenant);
    now += LATER_MS;
    expect(await worker.round(LIMIT)).toMatchObject({ flags: 0, waiting: 0 });
    expect(await aside.count(tenant)).toBe(0);
  });

  it('nothing is dropped by settings that are behind the cursor', async () => {
    await report(tenant, 'one');
    await disable(tenant);
    await detection().round(LIMIT);
    const settings = () => Promise.resolve({ position: 0, tenants: new Set<string>() });
    expect(await detection({ settings }).round(LIMIT)).toMatchObject({ flags: 0 });
    expect(await aside.count(tenant)).toBe(1);
  });
});

describe('a crash', () => {
  it('between putting aside and moving the cursor loses nothing and flags nothing twice', async () => {
    await report(tenant, 'one');
    await report(other, 'seen');
    await disable(tenant);
    const stuck = { ...cursor, advance: () => Promise.reject(new Error('killed')) };
    await expect(detection({ cursor: stuck }).round(LIMIT)).rejects.toThrow('killed');
    expect(await aside.count(tenant)).toBe(1);
    await enable(tenant);
    // Found by the cursor and among what is put aside.
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 1, waiting: 0 });
    expect(await flagged(tenant)).toEqual(['one']);
    expect(await flagged(other)).toEqual(['seen']);
    expect(await aside.count(tenant)).toBe(0);
  });

  it('before anything is put aside leaves the cursor where it was', async () => {
    await report(tenant, 'one');
    await disable(tenant);
    const from = await cursor.read();
    const full = { ...aside, add: () => Promise.reject(new Error('killed')) };
    await expect(detection({ aside: full }).round(LIMIT)).rejects.toThrow('killed');
    expect(await cursor.read()).toBe(from);
    await enable(tenant);
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 1 });
  });

  it('between the flags and the end of their rows flags nothing twice', async () => {
    await report(tenant, 'one');
    await disable(tenant);
    await detection().round(LIMIT);
    await enable(tenant);
    const stuck = { ...aside, remove: () => Promise.reject(new Error('killed')) };
    await detection({ aside: stuck }).round(LIMIT);
    expect(await flagged(tenant)).toEqual(['one']);
    expect(await aside.count(tenant)).toBe(1);
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 0, waiting: 0 });
    expect(await flagged(tenant)).toEqual(['one']);
    expect(await aside.count(tenant)).toBe(0);
  });
});

describe('while the KMS cannot be used for anybody', () => {
  const material = async (of: string): Promise<string> =>
    join(application.keystoreDir, 'kms', await keyOf(of), 'material');

  it('nothing is put aside: the cursor stays, and nothing is lost', async () => {
    await report(tenant, 'one');
    await report(other, 'seen');
    const from = await cursor.read();
    const files = [await material(tenant), await material(other)];
    for (const file of files) await rename(file, `${file}-away`);
    stores.vault.close();
    await expect(detection().round(LIMIT)).rejects.toMatchObject({ code: 'kms-unavailable' });
    expect(await cursor.read()).toBe(from);
    expect(await aside.tenants()).toEqual([]);
    for (const file of files) await rename(`${file}-away`, file);
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 2, waiting: 0 });
    expect(skipped).toEqual([]);
  });
});
