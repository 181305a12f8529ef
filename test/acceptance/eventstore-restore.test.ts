import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startEventStore, type TestEventStore } from '../support/eventstore/server.ts';
import { contentAnswer } from '../support/service-answers.ts';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const STREAM = 'cell';

let store: TestEventStore;
let service: TestService;
let tenant: TestTenant;

const contentOf = async (asset: string): Promise<unknown> => {
  const answer = await tenant.admin.get(tenant.path(`/assets/${asset}/content`));
  return answer.status === 200 ? answer.as(contentAnswer).contents[0]?.content : answer.status;
};
const length = (): number => store.streams.read(STREAM)?.length ?? 0;
const signed = (): Promise<void> =>
  vi.waitFor(async () => {
    const behind =
      'select from tlog.cursor where position < $1 union all select from tlog.trees where published < size';
    expect(await query(service, behind, [length()])).toEqual([]);
  }, PATIENCE);

beforeAll(async () => {
  store = await startEventStore({ maxAppendSize: 16_000_000 });
  const env = { EVENTSTORE_URL: store.url, EVENTSTORE_STREAM: STREAM, LETHE_KEY_CACHE: 'PT0.2S' };
  service = await createService({ database: 'shared', env });
  await service.start();
  tenant = await registerTenant(service, { minRetention: 'PT0S' });
  await tenant.report(
    ...['gone', 'kept'].map(asset => upload(asset, { subject: 'ada', content: `of ${asset}` })),
  );
});
afterAll(async () => {
  await service.destroy();
  await store.close();
});

it('a service keeps nothing of its log in PostgreSQL but an index, which holds no bytes of an event', async () => {
  expect(length()).toBeGreaterThan(2);
  expect(await query(service, 'select from log.events')).toEqual([]);
  expect(await query(service, 'select from log_index.entries')).toHaveLength(length());
});

it('goes on where the store was out of reach, and what was reported twice is stored once', async () => {
  const before = length();
  store.faults.script('lost-after', 'not-leader', 'busy');
  await tenant.report(upload('retried', { subject: 'ada', content: 'of retried' }));
  store.cut();
  expect(await contentOf('retried')).toEqual({ content: 'of retried' });
  const events = store.streams.read(STREAM)?.slice(before) ?? [];
  expect(events.filter(({ type }) => type === 'upload.received')).toHaveLength(1);
});

it('a database that is older than the log catches up: its index, its fences and its views', async () => {
  await service.stop();
  await query(service, `truncate log_index.entries; update log_index.cursor set position = 0, event = null`);
  await service.start();
  expect(await contentOf('kept')).toEqual({ content: 'of kept' });
  expect(await query(service, 'select from log_index.entries')).toHaveLength(length());
});

it('a store that was restored from an older backup is refused, and serves again once it is whole', async () => {
  await signed();
  await service.stop();
  const whole = [...(store.streams.read(STREAM) ?? [])];
  store.streams.rewind(STREAM, whole.length - 2);
  await expect(service.start()).rejects.toThrow('log-shorter-than-checkpoint');
  await service.stop();
  store.streams.append(STREAM, whole.length - 3, whole.slice(-2));
  await service.start();
  expect(await contentOf('kept')).toEqual({ content: 'of kept' });
});

it('an event that was changed in the store is told by `lethe verify --live`, with its position', async () => {
  await signed();
  const intact = await service.command('verify', '--live');
  expect(intact.output).toContain('OK');
  expect(intact.code).toBe(0);
  const revision = store.streams.read(STREAM)?.findIndex(({ type }) => type === 'upload.received') ?? -1;
  const event = store.streams.read(STREAM)?.[revision];
  const data = Buffer.from(event?.data ?? []);
  data[2] = (data[2] ?? 0) ^ 1;
  store.streams.tamper(STREAM, revision, { data });
  const { code, output } = await service.command('verify', '--live');
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`position ${revision + 1}\\b`));
  expect(output.match(/at position \d+/g)).toHaveLength(1);
});
