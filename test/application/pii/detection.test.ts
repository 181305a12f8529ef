import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPiiDetection, type PiiDetectionDeps } from '../../../src/application/pii/detection.ts';
import { decodeEnvelope, type Actor } from '../../../src/domain/events/envelope.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { createDetectMany } from '../../../src/domain/pii/detect/detect-many.ts';
import { exactDetector } from '../../../src/domain/pii/detect/exact.ts';
import { assetScope } from '../../../src/domain/ports/key-store.ts';
import { createPostgresCursor } from '../../../src/platform/postgres/cursor.ts';
import { createPostgresPutAside } from '../../../src/platform/postgres/pii-put-aside.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';
import { tellingAttempts } from '../../support/attempts.ts';

const CALLER: Actor = { kind: 'api-client', id: 'caller' };
const LIMIT = 1_000;

let stores: TestApplication['stores'];
let ingest: TestApplication['ingest'];
let register: TestApplication['register'];
let close: TestApplication['close'];

beforeAll(async () => {
  ({ stores, ingest, register, close } = await openApplication('clarifai'));
});
afterAll(() => close());

/** Each test has a tenant and a cursor of its own. */
let tenant: string;
let cursor: PiiDetectionDeps['cursor'];
let skipped: string[];
beforeEach(async () => {
  tenant = await register();
  cursor = createPostgresCursor({ writer: stores.writer, worker: randomUUID() });
  await cursor.advance(await stores.log.head());
  skipped = [];
});

const detection = (more: Partial<PiiDetectionDeps> = {}) =>
  createPiiDetection({
    ...{ log: stores.log, keys: stores.keys, vault: stores.vault, ingest, cursor },
    ...{ aside: createPostgresPutAside(stores), attempts: tellingAttempts().attempts },
    settings: async () => ({ position: await stores.log.head(), tenants: new Set([tenant]) }),
    detect: createDetectMany({ detectors: [exactDetector], models: [], pause: () => Promise.resolve() }),
    onSkipped: ({ code }) => skipped.push(code),
    ...more,
  });

async function report(...assets: string[]): Promise<number> {
  const events = assets.map(subject => ({
    ...{ specversion: '1.0', id: randomUUID(), source: 'platform/test', type: 'upload.received', subject },
    data: { subject: 'ada', content: 'card 4111111111111111' },
  }));
  return (await ingest(tenant, events, CALLER)).position;
}

/** Assets that the log has flags of, one entry a flag. */
async function flagged(): Promise<(string | undefined)[]> {
  const events = (await stores.log.readAll(0, LIMIT)).filter(event => event.tenant === tenant);
  return events
    .filter(({ type }) => type === 'pii.flagged')
    .map(({ envelope }) => decodeEnvelope(envelope).asset)
    .sort();
}

describe('a round of detection', () => {
  it('flags what it finds and moves the cursor behind what it has looked through', async () => {
    const position = await report('one', 'two');
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 2, isFull: false });
    expect(await flagged()).toEqual(['one', 'two']);
    expect(await cursor.read()).toBe(position);
  });

  it('goes no further than the settings are known', async () => {
    const position = await report('one');
    await report('two');
    const settings = () => Promise.resolve({ position, tenants: new Set([tenant]) });
    expect(await detection({ settings }).round(LIMIT)).toMatchObject({ flags: 1 });
    expect(await cursor.read()).toBe(position);
  });

  it('reads nothing where nobody wants it, and is not held up by that', async () => {
    const position = await report('one');
    const settings = () => Promise.resolve({ position, tenants: new Set<string>() });
    const log = { ...stores.log, readAll: () => Promise.reject(new Error('read')) };
    expect(await detection({ settings, log }).round(LIMIT)).toMatchObject({ flags: 0, isFull: false });
    expect(await cursor.read()).toBe(position);
    expect(await flagged()).toEqual([]);
  });

  it('stores no flag twice where the cursor could not be moved', async () => {
    await report('one', 'two');
    const stuck = { ...cursor, advance: () => Promise.reject(new Error('no connection')) };
    await expect(detection({ cursor: stuck }).round(LIMIT)).rejects.toThrow('no connection');
    expect(await flagged()).toEqual(['one', 'two']);
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 0 });
    expect(await flagged()).toEqual(['one', 'two']);
  });

  it('stays where it is while a model cannot answer, and loses nothing', async () => {
    await report('one');
    const from = await cursor.read();
    const detect = () => Promise.reject(new Error('the model is away'));
    await expect(detection({ detect }).round(LIMIT)).rejects.toThrow('the model is away');
    expect(await cursor.read()).toBe(from);
    expect(await flagged()).toEqual([]);
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 1 });
  });

  it('stays where it is while keys cannot be opened', async () => {
    await report('one');
    const from = await cursor.read();
    const away = new LetheError('kms-unavailable', 'no answer');
    const vault = { open: () => Promise.reject(away) };
    await expect(detection({ vault }).round(LIMIT)).rejects.toMatchObject({ code: 'kms-unavailable' });
    expect(await cursor.read()).toBe(from);
    expect(skipped).toEqual([]);
  });

  it('says which event is damaged, and goes on to the next', async () => {
    await report('one', 'two');
    const log: PiiDetectionDeps['log'] = {
      ...stores.log,
      readAll: async (after, limit) =>
        (await stores.log.readAll(after, limit)).map(event =>
          event.stream === 'asset/one' && event.sealed !== null
            ? { ...event, sealed: event.sealed.map(byte => byte ^ 1) as Buffer }
            : event,
        ),
    };
    expect(await detection({ log }).round(LIMIT)).toMatchObject({ flags: 1 });
    expect(await flagged()).toEqual(['two']);
    expect(skipped).toEqual(['sealed-malformed']);
  });

  it('has nothing to say of what was hidden or erased meanwhile', async () => {
    await report('hidden', 'erased', 'seen');
    await stores.vault.hide(tenant, [assetScope('hidden')], new Date());
    await stores.vault.erase(tenant, [assetScope('erased')], new Date());
    expect(await detection().round(LIMIT)).toMatchObject({ flags: 1 });
    expect(await flagged()).toEqual(['seen']);
    expect(skipped).toEqual([]);
  });

  it('has nothing to say of what is erased between the look and the flag', async () => {
    await report('gone', 'seen');
    const detect: PiiDetectionDeps['detect'] = async texts => {
      await stores.vault.erase(tenant, [assetScope('gone')], new Date());
      return createDetectMany({ detectors: [exactDetector], models: [], pause: () => Promise.resolve() })(
        texts,
      );
    };
    expect(await detection({ detect }).round(LIMIT)).toMatchObject({ flags: 1 });
    expect(await flagged()).toEqual(['seen']);
    expect(skipped).toEqual([]);
  });
});
