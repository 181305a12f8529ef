import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IngestReceipt } from '../../../src/application/ingest/requests.ts';
import { decodeEnvelope, type Actor } from '../../../src/domain/events/envelope.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';

const ALICE: Actor = { kind: 'api-client', id: 'alice' };
const BOB: Actor = { kind: 'api-client', id: 'bob' };

let stores: TestApplication['stores'];
let ingest: TestApplication['ingest'];
let tenant: string;
let other: string;
let close: TestApplication['close'];

beforeAll(async () => {
  const application = await openApplication('neuralseek');
  ({ stores, ingest, close } = application);
  [tenant, other] = [await application.register(), await application.register()];
});
afterAll(() => close());

let count = 0;
const upload = (asset: string, more: object = {}): object => ({
  specversion: '1.0',
  id: `event-${++count}`,
  source: 'test',
  type: 'upload.received',
  subject: asset,
  data: { subject: 'user@example.com', content: `content of ${asset}` },
  ...more,
});

const outcome = (result: PromiseSettledResult<IngestReceipt>): string => {
  if (result.status === 'fulfilled') return `${result.value.accepted}+${result.value.duplicates}`;
  return result.reason instanceof LetheError ? result.reason.code : 'not a LetheError';
};

test('single events that arrive together are each answered for themselves', async () => {
  const repeated = upload('twice');
  const before = await stores.log.head();
  const results = await Promise.allSettled([
    ingest(tenant, [upload('one')], ALICE),
    ingest(tenant, [upload('two', { type: 'no.such' })], ALICE),
    ingest(tenant, [repeated], BOB),
    ingest(tenant, [repeated], BOB),
    ingest(other, [upload('one')], BOB),
    ingest(tenant, [upload('nine', { time: '1969-01-01T00:00:00Z' })], ALICE),
  ]);
  expect(results.map(outcome).sort()).toEqual(
    ['0+1', '1+0', '1+0', '1+0', 'time-invalid', 'unknown-event-type'].sort(),
  );
  expect(await stores.log.head()).toBe(before + 3);
});

test('each of them keeps its own actor, position and asset', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => ingest(tenant, [upload(`many-${n}`)], n % 2 === 0 ? ALICE : BOB)),
  );
  const positions = answers.map(({ position }) => position);
  expect(new Set(positions).size).toBe(40);
  for (const [n, position] of positions.entries()) {
    const [stored] = await stores.log.readAll(position - 1, 1);
    const envelope = stored === undefined ? undefined : decodeEnvelope(stored.envelope);
    expect(envelope?.asset).toBe(`many-${n}`);
    expect(envelope?.actor).toEqual(n % 2 === 0 ? ALICE : BOB);
  }
});

test('an event that names no asset is told its own minted id, among others and when it is sent again', async () => {
  const nameless = upload('unused', { subject: undefined });
  const [first] = await Promise.all([
    ingest(tenant, [nameless], ALICE),
    ingest(tenant, [upload('named')], ALICE),
  ]);
  const again = await ingest(tenant, [nameless], ALICE);
  expect(first.assets?.[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(again).toEqual({ accepted: 0, duplicates: 1, position: first.position, assets: first.assets });
});
