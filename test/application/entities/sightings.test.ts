import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSightings, type SightingsDeps } from '../../../src/application/entities/sightings.ts';
import type { Actor } from '../../../src/domain/events/envelope.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { assetScope, LOOKUP_SCOPE } from '../../../src/domain/ports/key-store.ts';
import { decodeEvent } from '../../../src/projections/runner/decode.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';

const CALLER: Actor = { kind: 'api-client', id: 'caller' };

let stores: TestApplication['stores'];
let ingest: TestApplication['ingest'];
let register: TestApplication['register'];
let close: TestApplication['close'];

beforeAll(async () => {
  ({ stores, ingest, register, close } = await openApplication('clarifai'));
});
afterAll(() => close());

let tenant: string;
let from: number;
let skipped: number[];
beforeEach(async () => {
  tenant = await register();
  from = await stores.log.head();
  skipped = [];
});

async function report(...calls: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const events = calls.map(({ asset, type = 'upload.received', ...data }) => ({
    ...{ specversion: '1.0', id: randomUUID(), source: 'platform/test', type, subject: asset },
    data: { subject: 'ada', ...data },
  }));
  await ingest(tenant, events, CALLER);
}

async function found(more: Partial<SightingsDeps> = {}, waiting: readonly string[] = []) {
  const find = createSightings({
    ...{ log: stores.log, keys: stores.keys, vault: stores.vault },
    onSkipped: (_, position) => skipped.push(position),
    ...more,
  });
  const stored = await stores.log.readAll(from, 1_000, { withoutSealed: true });
  return find(stored.map(decodeEvent), new Set(waiting));
}
const sightings = async (more?: Partial<SightingsDeps>) => (await found(more)).sightings;
/** Asset and kinds of entities, of each sighting. */
const kinds = async (more?: Partial<SightingsDeps>) =>
  (await sightings(more)).map(({ asset, entities }) => [asset, entities.map(({ kind }) => kind).join(' ')]);

describe('the sightings in a stretch of the log', () => {
  it('are what each call that made something came from', async () => {
    await report(
      { asset: 'one', ip: '192.0.2.1', device: 'd', session: 's', paymentFingerprint: 'p', apiClient: 'c' },
      { asset: 'two', device: 'd' },
      { asset: 'three', apiClient: 'c' },
      { asset: 'four', content: 'nothing of where from' },
      { asset: 'one', type: 'asset.viewed', ip: '198.51.100.1' },
    );
    expect(await kinds()).toEqual([
      ['one', 'ip ip24 device payment session client'],
      ['two', 'device'],
      ['three', 'client'],
    ]);
  });

  it('have one token a value of a kind and a tenant, from which no other follows', async () => {
    await report(
      { asset: 'one', device: 'same', paymentFingerprint: 'same' },
      { asset: 'two', device: 'same' },
    );
    const [one, two] = await sightings();
    expect(two?.entities[0]).toEqual(one?.entities[0]);
    expect(one?.entities[1]?.token).not.toBe(one?.entities[0]?.token);
    const first = one?.entities[0]?.token;
    tenant = await register();
    from = await stores.log.head();
    await report({ asset: 'one', device: 'same' });
    expect((await sightings())[0]?.entities[0]?.token).not.toBe(first);
  });

  it('hold nothing of a call that was not to be stored', async () => {
    await report({ asset: 'unstored', store: false, ip: '192.0.2.1', apiClient: 'c' });
    expect(await kinds()).toEqual([]);
  });

  it('hold nothing of an erased asset, not even its client, and still all of a hidden one', async () => {
    await report(
      { asset: 'erased', device: 'd', apiClient: 'c' },
      { asset: 'client-only', apiClient: 'c' },
      { asset: 'hidden', device: 'd', apiClient: 'c' },
    );
    const now = new Date();
    await stores.vault.erase(tenant, [assetScope('erased'), assetScope('client-only')], now);
    await stores.vault.hide(tenant, [assetScope('hidden')], now);
    expect(await kinds()).toEqual([['hidden', 'device client']]);
    expect(skipped).toEqual([]);
  });

  it('are none of a tenant whose look-up key is gone', async () => {
    await report({ asset: 'one', device: 'd' });
    await stores.vault.erase(tenant, [LOOKUP_SCOPE], new Date());
    expect(await kinds()).toEqual([]);
  });

  it('leave out a damaged part, which is reported, and hold up no other', async () => {
    await report({ asset: 'one', device: 'd' }, { asset: 'bad', device: 'd' }, { asset: 'two', device: 'd' });
    const log: SightingsDeps['log'] = {
      readAt: async positions =>
        (await stores.log.readAt(positions)).map(event =>
          event.position === from + 2 ? { ...event, sealed: Buffer.alloc(64, 1) } : event,
        ),
    };
    expect(await kinds({ log })).toEqual([
      ['one', 'device'],
      ['two', 'device'],
    ]);
    expect(skipped).toEqual([from + 2]);
  });

  it('are to be asked for again while the KMS does not answer: none is passed over', async () => {
    await report({ asset: 'one', device: 'd' });
    const away = new LetheError('kms-unavailable', 'no answer');
    const vault = { ...stores.vault, openMany: () => Promise.reject(away) };
    await expect(sightings({ vault })).rejects.toMatchObject({ code: 'kms-unavailable' });
    expect(skipped).toEqual([]);
    expect(await kinds()).toEqual([['one', 'device']]);
  });

  it('are unseen of a tenant whose own key is refused, or that waits already, and seen of all others', async () => {
    await report({ asset: 'one', device: 'd' }, { asset: 'two', apiClient: 'c' }, { asset: 'three' });
    const refused = tenant;
    tenant = await register();
    await report({ asset: 'seen', device: 'd' });
    const sql = 'select kms_key_id as key from keys.epochs where tenant = $1';
    const { rows } = await stores.writer.query<{ key: string }>(sql, [refused]);
    await stores.kms.disableKey(rows[0]?.key ?? '');
    stores.vault.close();
    const { unseen, refusal, ...seen } = await found();
    expect(seen.sightings.map(({ asset }) => asset)).toEqual(['seen']);
    expect(unseen.map(({ asset, tenant: of }) => [asset, of])).toEqual([
      ['one', refused],
      ['two', refused],
    ]);
    expect(refusal?.cause).toMatchObject({ code: 'kms-key-disabled' });
    const waiting = await found({}, [refused]);
    expect(waiting).toEqual({ ...seen, unseen, refusal: undefined });
    await stores.kms.enableKey(rows[0]?.key ?? '');
    expect(await kinds()).toContainEqual(['one', 'device']);
    expect(skipped).toEqual([]);
  });
});
