import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasJava, type Broker } from '../../infra/kafka/broker.ts';
import { structured } from '../acceptance/kafka/messages.ts';
import { openTopics, startOwnBroker, type TestTopics } from '../support/kafka.ts';
import { storedEvents } from '../support/service-event-log.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

const canRun = process.env['CI'] === 'true' || hasJava();
if (!canRun) console.warn('without Kafka: it needs Java 17 or later');
const PATIENCE = { timeout: 60_000, interval: 200 };
const BATCH = 20;

describe.skipIf(!canRun)('with events coming from Kafka', () => {
  const group = randomUUID();
  let broker: Broker & { destroy(): Promise<void> };
  let topics: TestTopics;
  let [topic, out]: [string, string] = ['', ''];
  let first: TestService;
  let second: TestService;
  let tenant: TestTenant;
  beforeAll(async () => {
    broker = await startOwnBroker();
    topics = await openTopics(broker.address);
    [topic, out] = [await topics.create(3), await topics.create(2)];
    const env = {
      ...{ KAFKA_BROKERS: broker.address, KAFKA_IN_TOPIC: topic, KAFKA_GROUP: group, KAFKA_TENANTS: '*' },
      KAFKA_OUT_TOPIC: out,
    };
    first = await createService({ database: 'shared', env });
    await first.start();
    second = first.anotherNode();
    await second.start();
    tenant = await registerTenant(first);
  });
  afterAll(async () => {
    await second.stop();
    await first.destroy();
    await topics.close();
    await broker.destroy();
  });

  /** Puts events into the topic until it is told to stop; answers with the ids that the broker has acknowledged. */
  const traffic = (name: string, signal: AbortSignal): Promise<string[]> => {
    const put = async (): Promise<string[]> => {
      const acknowledged: string[] = [];
      for (let n = 0; !signal.aborted; n += BATCH) {
        const ids = Array.from({ length: BATCH }, (_, index) => `${name}-${n + index}`);
        const messages = ids.map(id => {
          const event = upload(id, { subject: `user-${n % 7}`, content: id }, { id, lethetenant: tenant.id });
          return structured(event, { key: id });
        });
        // Sent again until it is acknowledged: the same event twice is one.
        await vi.waitFor(() => topics.put(topic, ...messages), PATIENCE);
        acknowledged.push(...ids);
        await delay(20);
      }
      return acknowledged;
    };
    return put();
  };

  const everythingRead = (): Promise<void> =>
    vi.waitFor(async () => {
      const [read, records] = await Promise.all([topics.committed(topic, group), topics.read(topic)]);
      for (const { partition, offset } of records)
        expect(read.get(partition), `partition ${partition}`).toBeGreaterThan(Number(offset));
    }, PATIENCE);

  const idsInLog = async (name: string): Promise<string[]> =>
    (await storedEvents(first))
      .filter(({ type, sourceId }) => type === 'upload.received' && sourceId.startsWith(`${name}-`))
      .map(({ sourceId }) => sourceId);

  /** Runs the fault in the midst of traffic; then nothing acknowledged may be missing, and nothing be there twice. */
  const comesThrough = async (name: string, fault: () => Promise<void>): Promise<void> => {
    const enough = new AbortController();
    onTestFinished(() => enough.abort());
    const sending = traffic(name, enough.signal);
    // Told below; without this it would end the test run where something else fails first.
    sending.catch(() => undefined);
    await vi.waitFor(async () => expect((await idsInLog(name)).length).toBeGreaterThan(BATCH), PATIENCE);
    await fault();
    const during = (await idsInLog(name)).length;
    await vi.waitFor(async () => expect((await idsInLog(name)).length).toBeGreaterThan(during), PATIENCE);
    enough.abort();
    const acknowledged = await sending;
    await everythingRead();
    const found = await idsInLog(name);
    expect(found.toSorted()).toEqual([...new Set(acknowledged)].toSorted());
    expect(await topics.read(`${topic}.dead`)).toEqual([]);
  };

  test('a killed broker that comes back has cost nothing', async () => {
    await comesThrough('broker', async () => {
      await broker.kill();
      await broker.start();
    });
  }, 120_000);

  test('a killed consumer hands its partitions over, and nothing of its batch is lost or doubled', async () => {
    await comesThrough('consumer', async () => {
      await first.kill();
      const before = await topics.committed(topic, group);
      await vi.waitFor(async () => {
        const now = await topics.committed(topic, group);
        for (const [partition, offset] of now) expect(offset).toBeGreaterThan(before.get(partition) ?? 0);
      }, PATIENCE);
      await first.start();
    });
  }, 120_000);

  test('a consumer that was frozen finds its partitions with another, and what it was at is not doubled', async () => {
    await comesThrough('frozen', async () => {
      second.freeze();
      const before = await topics.committed(topic, group);
      await vi.waitFor(async () => {
        const now = await topics.committed(topic, group);
        for (const [partition, offset] of now) expect(offset).toBeGreaterThan(before.get(partition) ?? 0);
      }, PATIENCE);
      second.thaw();
    });
  }, 120_000);

  test('what was published meanwhile is every event of the log, and each user’s in order', async () => {
    const log = await storedEvents(first);
    const last = log.at(-1)?.position ?? 0;
    const records = await vi.waitFor(async () => {
      const found = await topics.read(out);
      const positions = new Set(found.map(({ headers }) => Number(headers['lethe-position'])));
      expect(log.filter(({ position }) => position <= last && !positions.has(position))).toEqual([]);
      return found;
    }, PATIENCE);
    for (const ofKey of Map.groupBy(records, ({ key }) => key).values()) {
      const firsts = [...new Set(ofKey.map(({ headers }) => Number(headers['lethe-position'])))];
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    }
  }, 60_000);
});
