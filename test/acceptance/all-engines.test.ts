import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CREDENTIALS } from '../support/aws-kms.ts';
import { openTopics, sharedBroker, type TestTopics } from '../support/kafka.ts';
import { canRunLocalKms, useLocalKms } from '../support/local-kms.ts';
import { contentAnswer, requestAnswer, requestsAnswer } from '../support/service-answers.ts';
import { awsEnv } from '../support/service-aws.ts';
import { storedEvents } from '../support/service-event-log.ts';
import { needlesOf, searchEverywhere } from '../support/service-search.ts';
import {
  cloudEvent,
  listed,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { structured } from './kafka/messages.ts';

const broker = await sharedBroker();
const PATIENCE = { timeout: 30_000, interval: 100 };
const PHRASE = 'a weir that nobody else has swum';
const USER = 'ada@example.org';

describe.skipIf(broker === undefined || !canRunLocalKms())(
  'two APIs and two workers on EventStoreDB, Kafka and AWS KMS together',
  () => {
    const group = randomUUID();
    const kms = useLocalKms();
    let topics: TestTopics;
    let [topic, out]: [string, string] = ['', ''];
    let here: TestService;
    let there: TestService;
    let workers: TestService[];
    let tenant: TestTenant;
    beforeAll(async () => {
      vi.stubEnv('LETHE_TEST_LOG', 'eventstore');
      topics = await openTopics(broker ?? '');
      [topic, out] = [await topics.create(3), await topics.create(2)];
      const kafka = { KAFKA_BROKERS: topics.address, KAFKA_IN_TOPIC: topic, KAFKA_GROUP: group };
      const env = {
        ...awsEnv(kms().url),
        ...CREDENTIALS,
        ...kafka,
        KAFKA_TENANTS: '*',
        KAFKA_OUT_TOPIC: out,
      };
      here = await createService({ database: 'shared', command: ['api'], env });
      there = here.anotherNode();
      workers = [here.anotherNode(['worker']), here.anotherNode(['worker'])];
      // At once, and on an empty database.
      await Promise.all([here, there, ...workers].map(node => node.start()));
      tenant = await registerTenant(here, { minRetention: 'PT0S' });
    }, 120_000);
    afterAll(async () => {
      vi.unstubAllEnvs();
      await Promise.all([there, ...workers].map(node => node.stop()));
      await here.destroy();
      await topics.close();
    });

    const made = (asset: string): CloudEvent =>
      upload(asset, { subject: USER, content: PHRASE }, { lethetenant: tenant.id });
    const atTheOther = async (asset: string) =>
      there.callerWith(await tenant.key('tenant-admin')).get(tenant.path(`/assets/${asset}/content`));
    const assets = async (): Promise<string[]> => listed(tenant, tenant.dpo, USER, '?limit=500');
    const put = (from: number, to: number): Promise<void> =>
      topics.put(
        topic,
        ...Array.from({ length: to - from }, (_, n) => structured(made(`fed-${from + n}`), { key: `${n}` })),
      );

    test('take events by either way, and open them at any node', async () => {
      await tenant.report(made('reported'));
      await put(0, 60);
      await vi.waitFor(async () => expect(await assets()).toHaveLength(61), PATIENCE);
      for (const asset of ['reported', 'fed-0', 'fed-59']) {
        const answer = await atTheOther(asset);
        expect(answer.status, answer.text).toBe(200);
        expect(answer.as(contentAnswer).contents[0]?.content).toEqual({ content: PHRASE });
      }
    });

    test('hand over what a killed worker had: nothing of the topic is lost or doubled', async () => {
      const [first] = workers;
      await put(60, 120);
      await first?.kill();
      await put(120, 180);
      await vi.waitFor(async () => expect(await assets()).toHaveLength(181), PATIENCE);
      await first?.start();
      const uploads = (await storedEvents(here)).filter(({ type }) => type === 'upload.received');
      expect(uploads).toHaveLength(181);
    }, 60_000);

    test('erase what is deleted at one of them, and open it at none', async () => {
      const deleted = await tenant.admin.delete(tenant.path('/assets/fed-7'));
      expect(deleted.status, deleted.text).toBeLessThan(300);
      expect((await atTheOther('fed-7')).status).toBe(410);
      await topics.put(
        topic,
        structured(
          cloudEvent('deletion.requested', {
            subject: 'fed-8',
            lethetenant: tenant.id,
            data: { subject: USER },
          }),
        ),
      );
      await vi.waitFor(async () => {
        const requests = await tenant.dpo.get(tenant.path('/deletion-requests'));
        const { items } = requests.as(requestsAnswer);
        expect(items.map(({ state }) => requestAnswer.shape.state.parse(state))).toEqual([
          'erased',
          'erased',
        ]);
      }, PATIENCE);
      expect((await atTheOther('fed-8')).status).toBe(410);
    });

    test('publish every event of the log once it is there, and show nothing of it in clear', async () => {
      const log = await storedEvents(here);
      const records = await vi.waitFor(async () => {
        const found = await topics.read(out);
        const positions = new Set(found.map(({ headers }) => Number(headers['lethe-position'])));
        expect(log.filter(({ position }) => !positions.has(position))).toEqual([]);
        return found;
      }, PATIENCE);
      const needles = [PHRASE, USER].flatMap(needlesOf);
      for (const { key, value, headers } of records) {
        const bytes = Buffer.concat([
          Buffer.from(key ?? ''),
          value ?? Buffer.alloc(0),
          ...Object.values(headers),
        ]);
        expect(needles.filter(({ bytes: needle }) => bytes.includes(needle))).toEqual([]);
      }
      expect(await searchEverywhere(here, needles)).toEqual([]);
      expect(await topics.read(`${topic}.dead`)).toEqual([]);
    });

    test('end in order when they are asked to', async () => {
      for (const node of [...workers, there]) expect(await node.stop()).toBe(0);
    }, 60_000);
  },
);
