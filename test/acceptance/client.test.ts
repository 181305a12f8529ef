import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LetheClient, LetheClientError, type ClientOptions, type NewEvent } from '../../src/client/client.ts';
import { clientTypes, TYPES_FILE } from '../support/client-types.ts';
import { allOf } from '../support/all-of.ts';
import { loggedEvents } from '../support/service-events.ts';
import { registerTenant, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { startUnreliableProxy, type UnreliableProxy, type Weather } from '../support/unreliable-proxy.ts';

const service = useService({ database: 'shared' });
const USER = 'heron@user.example';

let tenant: TestTenant;
let key: string;
let proxy: UnreliableProxy;
let names = 0;

beforeAll(async () => {
  tenant = await registerTenant(service());
  key = await tenant.key('ingest');
});
beforeEach(async () => {
  proxy = await startUnreliableProxy(() => service().address);
});
afterEach(() => proxy.close());

const clientWith = (options: Partial<ClientOptions> = {}): LetheClient =>
  new LetheClient({ url: proxy.url, tenant: tenant.id, key, source: '/studio', ...options });

/** As many uploads of new assets, all starting with one prefix of their own. */
function uploads(count: number): { prefix: string; events: [NewEvent, ...NewEvent[]] } {
  const prefix = `batch-${(names += 1)}-`;
  const upload = (index: number): NewEvent => ({
    type: 'upload.received',
    subject: `${prefix}${index}`,
    data: { subject: USER, content: `picture ${index}` },
  });
  const more = Array.from({ length: count - 1 }, (_, index) => upload(index + 1));
  return { prefix, events: [upload(0), ...more] };
}

/** The assets that the log has of a prefix, in the order of the log. */
async function logged(prefix: string): Promise<string[]> {
  const events = await loggedEvents(service(), tenant.id, 'upload.received');
  return events.flatMap(({ asset }) => (asset?.startsWith(prefix) === true ? [asset] : []));
}

/** What a call of the client fails with. */
async function failureOf(call: Promise<unknown>): Promise<LetheClientError> {
  const outcome = await call.catch((thrown: unknown) => thrown);
  if (outcome instanceof LetheClientError) return outcome;
  throw new Error('the call did not fail as the client says');
}
const codeOf = async (call: Promise<unknown>): Promise<string> => (await failureOf(call)).code;

const subjectsOf = (events: readonly NewEvent[]): string[] => events.map(({ subject }) => subject ?? '');

test('the committed types are those of the running document', async () => {
  const document = await (await fetch(`${service().address}/openapi.json`)).text();
  expect(await readFile(TYPES_FILE, 'utf8')).toBe(await clientTypes(document));
});

describe('recording', () => {
  test('events of the same time share requests and keep their order', async () => {
    const client = clientWith({ batchEvents: 50 });
    const { prefix, events } = uploads(120);
    const receipts = await Promise.all(events.map(event => client.record(event)));
    expect(receipts.map(({ asset }) => asset)).toEqual(subjectsOf(events));
    expect(new Set(receipts.map(({ position }) => position)).size).toBe(3);
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('an event that names no asset is told the one that it made', async () => {
    const client = clientWith();
    const { asset } = await client.record({ type: 'upload.received', data: { subject: USER } });
    expect(asset).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('an event that is refused takes no other with it, and is handed back with its code', async () => {
    const client = clientWith();
    const { prefix, events } = uploads(3);
    const bad: NewEvent = { type: 'upload.received', subject: `${prefix}bad one`, data: { subject: USER } };
    const all = [events[0], bad, ...events.slice(1)];
    const outcomes = await Promise.allSettled(all.map(event => client.record(event)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'invalid-event', status: 400, event: { subject: bad.subject } },
    });
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('a source that fails half-way is told so once what came before is in the log', async () => {
    const client = clientWith({ batchWaitMs: 500 });
    const { prefix, events } = uploads(3);
    function* source(): Generator<NewEvent> {
      yield* events;
      throw new Error('the source broke');
    }
    await expect(client.recordAll(source())).rejects.toThrow('the source broke');
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('a key that may not record is told so once for all', async () => {
    const client = clientWith({ key: await tenant.key('auditor') });
    const { prefix, events } = uploads(2);
    const codes = await Promise.all(events.map(event => codeOf(client.record(event))));
    expect(codes).toEqual(['forbidden', 'forbidden']);
    expect(await logged(prefix)).toEqual([]);
  });

  test('the key is asked for anew before each attempt', async () => {
    const keys = [Promise.resolve(await tenant.key('auditor')), Promise.resolve(key)];
    const client = clientWith({ key: () => keys.shift() ?? '' });
    const { prefix, events } = uploads(1);
    expect(await codeOf(client.record(events[0]))).toBe('forbidden');
    await client.record(events[0]);
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });
});

describe('trying again', () => {
  const striking: readonly Weather[] = ['503', 'refuse', 'lose-answer'];

  test.each(striking)('after %s every event is in the log once', async weather => {
    const client = clientWith({ batchEvents: 10 });
    const { prefix, events } = uploads(25);
    proxy.set(weather);
    const recorded = Promise.all(events.map(event => client.record(event)));
    await expect.poll(() => proxy.struck[weather]).toBeGreaterThan(1);
    proxy.set('pass');
    await recorded;
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('an attempt that takes too long is given up for another, and no event is in the log twice', async () => {
    const client = clientWith({ timeoutMs: 300 });
    const { prefix, events } = uploads(3);
    proxy.set('stall');
    const recorded = Promise.all(events.map(event => client.record(event)));
    await expect.poll(() => proxy.struck.stall).toBeGreaterThan(1);
    proxy.set('pass');
    await recorded;
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('a service that is killed and started again amid a stream of events loses and doubles none', async () => {
    const client = clientWith({ batchEvents: 20, queueEvents: 100 });
    const { prefix, events } = uploads(1_000);
    const recorded = client.recordAll(events);
    await expect.poll(async () => (await logged(prefix)).length).toBeGreaterThan(0);
    await service().kill();
    await service().start();
    expect(await recorded).toBe(1_000);
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('what stays out of reach is handed back with its id, and recording it again does not double it', async () => {
    const client = clientWith({ patienceMs: 1 });
    const { prefix, events } = uploads(1);
    proxy.set('lose-answer');
    const { code, event } = await failureOf(client.record(events[0]));
    expect(code).toBe('unreachable');
    proxy.set('pass');
    await clientWith().record(event ?? events[0]);
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('a report is not asked for twice where the answer was lost', async () => {
    const client = clientWith({ key: await tenant.key('dpo') });
    const before = (await loggedEvents(service(), tenant.id, 'report.requested')).length;
    proxy.set('lose-answer');
    expect(await codeOf(client.requestReport({ kind: 'ropa' }))).toBe('unreachable');
    expect((await loggedEvents(service(), tenant.id, 'report.requested')).length).toBe(before + 1);
  });
});

describe('back-pressure', () => {
  test('a source is asked for no more than the queue holds, and goes on when the service does', async () => {
    const client = clientWith({ queueEvents: 20, batchEvents: 10 });
    const { prefix, events } = uploads(100);
    let asked = 0;
    function* source(): Generator<NewEvent> {
      for (const event of events) {
        asked += 1;
        yield event;
      }
    }
    proxy.set('stall');
    const recorded = client.recordAll(source());
    await expect.poll(() => proxy.struck.stall).toBeGreaterThan(0);
    await expect.poll(() => asked).toBe(21);
    proxy.set('pass');
    expect(await recorded).toBe(100);
    expect(await logged(prefix)).toEqual(subjectsOf(events));
  });

  test('close sends everything, those that wait for room included, and then takes nothing more', async () => {
    const client = clientWith({ queueEvents: 5, batchEvents: 2, batchWaitMs: 60_000 });
    const { prefix, events } = uploads(12);
    const recorded = Promise.all(events.map(event => client.record(event)));
    await client.close();
    expect(await logged(prefix)).toEqual(subjectsOf(events));
    await recorded;
    expect(await codeOf(client.record(uploads(1).events[0]))).toBe('closed');
  });

  test('flush sends what waits for company', async () => {
    const client = clientWith({ batchWaitMs: 60_000 });
    const { prefix, events } = uploads(2);
    const recorded = Promise.all(events.map(event => client.record(event)));
    await client.flush();
    expect(await logged(prefix)).toEqual(subjectsOf(events));
    await recorded;
  });
});

describe('what a user may do', () => {
  test('it sees its assets, their content and why they are kept, and deletes one', async () => {
    const owner = `owner-${(names += 1)}@user.example`;
    const product = clientWith();
    for (const asset of ['a', 'b', 'c']) {
      await product.record({
        type: 'upload.received',
        subject: `own-${names}-${asset}`,
        data: { subject: owner, content: `picture ${asset}` },
      });
    }
    const { position } = await product.record({
      type: 'asset.viewed',
      subject: `own-${names}-a`,
      data: { viewer: 'subject' },
    });
    expect(position).toBeGreaterThan(0);
    const user = clientWith({ key: await tenant.key('subject', { subject: owner }) });
    const asset = `own-${names}-b`;
    expect((await user.content(asset)).contents).toMatchObject([{ content: { content: 'picture b' } }]);
    expect(await user.retention(asset)).toMatchObject({ status: 'visible', clause: 9 });
    expect((await allOf(user.export(owner))).length).toBe(3);

    const receipt = await user.requestDeletion({ subject: owner, asset });
    expect(Date.parse(receipt.eraseAt)).toBeGreaterThan(Date.parse(receipt.hiddenAt));
    const left = await allOf(user.assets(owner));
    expect(left.map(shown => shown.asset)).toEqual([`own-${names}-c`, `own-${names}-a`]);
    expect(await codeOf(user.content(asset))).toBe('asset-deleted');
    expect(await user.deletionRequest(receipt.id)).toMatchObject({ id: receipt.id, state: 'hidden' });
    expect(await allOf(user.deletionRequests())).toHaveLength(1);
  });

  test('a report is asked for, awaited and downloaded', async () => {
    const officer = clientWith({ key: await tenant.key('dpo') });
    const { report } = await officer.requestReport({ kind: 'ropa' });
    await expect
      .poll(async () => (await officer.report(report)).state, { timeout: 30_000, interval: 200 })
      .toBe('issued');
    const bytes = await new Response(await officer.reportBundle(report)).bytes();
    expect(bytes.length).toBe((await officer.report(report)).bytes);
    expect([...bytes.subarray(0, 2)]).toEqual([...Buffer.from('PK')]);
  });
});
