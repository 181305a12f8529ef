import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTopics, sharedBroker, type TestTopics, type TopicRecord } from '../../support/kafka.ts';
import { needlesOf, searchEverywhere } from '../../support/service-search.ts';
import {
  cloudEvent,
  listed,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../../support/service-tenant.ts';
import { withoutDatabase } from '../../support/service-outage.ts';
import { createService, type TestService } from '../../support/service.ts';
import { batch, binary, structured } from './messages.ts';

const broker = await sharedBroker();
const PATIENCE = { timeout: 20_000, interval: 50 };
const PHRASE = 'a heron that nobody else has dreamt of';
const USER = 'ada@example.org';

describe.skipIf(broker === undefined)('what comes from Kafka', () => {
  const group = randomUUID();
  let topics: TestTopics;
  let topic: string;
  let service: TestService;
  let tenant: TestTenant;
  beforeAll(async () => {
    topics = await openTopics(broker ?? '');
    topic = await topics.create(3);
    const env = { KAFKA_BROKERS: topics.address, KAFKA_IN_TOPIC: topic, KAFKA_GROUP: group };
    service = await createService({ database: 'shared', env: { ...env, KAFKA_TENANTS: '*' } });
    await service.start();
    tenant = await registerTenant(service);
  });
  afterAll(async () => {
    await service.destroy();
    await topics.close();
  });

  const of = (event: CloudEvent): CloudEvent => ({ lethetenant: tenant.id, ...event });
  const made = (asset: string, fields: CloudEvent = {}): CloudEvent =>
    of(upload(asset, { subject: USER, content: PHRASE }, fields));
  const assets = async (): Promise<string[]> => listed(tenant, await tenant.user(USER), USER, '?limit=500');
  const deadLetters = async (code: string): Promise<TopicRecord[]> =>
    (await topics.read(`${topic}.dead`)).filter(({ headers }) => headers['lethe-code']?.toString() === code);
  /** The views come behind what has been read. */
  const audited = (asset: string, type: string): Promise<void> =>
    vi.waitFor(async () => {
      const audit = await tenant.auditor.get(tenant.path(`/audit?target=${asset}`));
      expect(audit.text).toContain(type);
    }, PATIENCE);
  /** Everything in the topic so far has been read by the group. */
  const allRead = (): Promise<void> =>
    vi.waitFor(async () => {
      const [read, records] = await Promise.all([topics.committed(topic, group), topics.read(topic)]);
      for (const { partition, offset } of records)
        expect(read.get(partition), `partition ${partition}`).toBeGreaterThan(Number(offset));
    }, PATIENCE);

  test('is taken in structured mode, in binary mode and in batches', async () => {
    const viewed = of(cloudEvent('asset.viewed', { subject: 'binary', data: { subject: USER } }));
    await topics.put(
      topic,
      structured(made('structured'), { key: 'a' }),
      binary({ ...made('binary'), dataversion: 1 }, { key: 'b' }),
      binary(viewed, { key: 'b' }),
      batch([made('first of batch'.replaceAll(' ', '-')), made('second-of-batch')], { key: 'c' }),
    );
    await vi.waitFor(
      async () =>
        expect((await assets()).toSorted()).toEqual([
          'binary',
          'first-of-batch',
          'second-of-batch',
          'structured',
        ]),
      PATIENCE,
    );
    const content = await (await tenant.user(USER)).get(tenant.path('/assets/binary/content'));
    expect(content.text).toContain(PHRASE);
  });

  test('counts once, however often and by whatever way it comes', async () => {
    const [one, two] = [made('once'), made('twice')];
    await topics.put(topic, structured(one, { partition: 0 }), structured(one, { partition: 1 }));
    await tenant.report(two);
    await topics.put(topic, binary(two, { partition: 2 }), structured(one, { partition: 0 }));
    await allRead();
    const found = await assets();
    expect(found.filter(asset => asset === 'once' || asset === 'twice').toSorted()).toEqual([
      'once',
      'twice',
    ]);
    expect(await deadLetters('source-id-conflict')).toEqual([]);
  });

  test('may come before the event that it is about, from another partition', async () => {
    const late = of(cloudEvent('asset.downloaded', { subject: 'late', data: { subject: USER } }));
    await topics.put(topic, structured(late, { partition: 0 }));
    await topics.put(topic, structured(made('late'), { partition: 1 }));
    await allRead();
    expect(await deadLetters('asset-not-found')).toEqual([]);
    await audited('late', 'asset.downloaded');
  });

  test('holds nobody else back where it cannot be taken: it is a dead letter, with its reason', async () => {
    const taken = made('conflicting');
    await topics.put(
      topic,
      structured(taken, { partition: 0 }),
      { ...structured('', { partition: 0 }), value: `{"${PHRASE}": ` },
      { ...structured('', { partition: 0 }), value: null },
      { key: null, partition: 0, value: PHRASE, headers: {} },
      structured(of(cloudEvent('no.such-type', { data: { [PHRASE]: USER } })), { partition: 0 }),
      structured({ ...taken, data: { subject: USER, content: `${PHRASE}!` } }, { partition: 0 }),
      batch([made('good'), made('bad', { time: PHRASE }), made('good-too')], { partition: 0 }),
      structured(made('nobody', { lethetenant: randomUUID() }), { partition: 0 }),
      structured(made('nowhere', { lethetenant: PHRASE }), { partition: 0 }),
      structured(of(cloudEvent('asset.viewed', { subject: 'never-made', data: {} })), { partition: 0 }),
      structured(made('behind-them'), { partition: 0 }),
    );
    await allRead();
    expect(await assets()).toEqual(
      expect.arrayContaining(['conflicting', 'good', 'good-too', 'behind-them']),
    );
    const codes = (await topics.read(`${topic}.dead`)).map(({ headers }) =>
      headers['lethe-code']?.toString(),
    );
    expect(codes.toSorted()).toEqual(
      [
        'asset-not-found',
        'message-malformed',
        'message-malformed',
        'message-malformed',
        'source-id-conflict',
        'tenant-missing',
        'tenant-not-found',
        'time-invalid',
        'unknown-event-type',
      ].toSorted(),
    );
  }, 60_000);

  test('is nowhere in clear once it is Lethe’s: not in the dead letters, a table, a file or a line of the log', async () => {
    const records = await topics.read(`${topic}.dead`);
    expect(records.length).toBeGreaterThan(5);
    const needles = [PHRASE, USER].flatMap(needlesOf);
    for (const { key, value, headers } of records) {
      const bytes = Buffer.concat([
        Buffer.from(key ?? ''),
        value ?? Buffer.alloc(0),
        ...Object.values(headers),
      ]);
      expect(needles.filter(({ bytes: needle }) => bytes.includes(needle))).toEqual([]);
    }
    expect(await searchEverywhere(service, needles)).toEqual([]);
  });

  test('is taken from the dead letters once what was wrong is mended, and leaves them then', async () => {
    await tenant.report(made('never-made'));
    // The keys of an epoch go on living under the next, the cell's own as a tenant's.
    const rolled = await service.command('roll');
    expect(rolled.code, rolled.output).toBe(0);
    const { code, output } = await service.command('dead-letters', 'replay', '--tenant', tenant.id);
    expect(code, output).toBe(0);
    expect(output).toMatch(/taken\s+│\s+1 /);
    expect(output).toMatch(/refused: unknown-event-type\s+│\s+1 /);
    const { output: left } = await service.command('dead-letters', 'list');
    expect(left).not.toContain('asset-not-found');
    expect(left).toContain('source-id-conflict');
    expect(left).toContain('8 dead letters');
    const { output: again } = await service.command('dead-letters', 'replay', '--code', 'message-malformed');
    expect(again).toMatch(/refused: message-malformed\s+│\s+3 /);
    await audited('never-made', 'asset.viewed');
  }, 120_000);

  test('is listed beside a record that is no dead letter, which is named without what it holds', async () => {
    await topics.put(`${topic}.dead`, { key: 'stray', partition: 0, value: PHRASE, headers: {} });
    const stray = (await topics.read(`${topic}.dead`)).find(({ key }) => key === 'stray');
    for (const command of ['list', 'replay']) {
      const { code, output } = await service.command('dead-letters', command, '--code', 'source-id-conflict');
      expect(code).toBe(1);
      expect(output).toContain('source-id-conflict');
      expect(output).toContain(
        `dead-letter-unreadable: partition ${stray?.partition}, offset ${stray?.offset}`,
      );
      expect(output).not.toContain(PHRASE);
    }
    await topics.put(`${topic}.dead`, { key: 'stray', partition: 0, value: null, headers: {} });
    expect(await service.command('dead-letters', 'list')).toMatchObject({ code: 0 });
  }, 60_000);

  /** How often a batch has waited for something that was away. */
  const waits = async (): Promise<number> => {
    const { text } = await service.callerWith(undefined).get('/metrics');
    return Number(/^lethe_kafka_in_waits_total (?<waits>\d+)$/m.exec(text)?.groups?.['waits']);
  };
  const read = async (): Promise<number> =>
    [...(await topics.committed(topic, group)).values()].reduce((sum, offset) => sum + offset, 0);

  test('waits while the log is away, counts as unread as long, and is then taken', async () => {
    const before = await assets();
    const buried = (await topics.read(`${topic}.dead`)).length;
    const [readBefore, waitsBefore] = [await read(), await waits()];
    await withoutDatabase(service, async () => {
      const events = Array.from({ length: 50 }, (_, n) => structured(made(`waited-${n}`), { key: `${n}` }));
      await topics.put(topic, ...events);
      await vi.waitFor(async () => expect(await waits()).toBeGreaterThan(waitsBefore + 1), PATIENCE);
      expect(await read()).toBe(readBefore);
    });
    await vi.waitFor(async () => expect(await assets()).toHaveLength(before.length + 50), PATIENCE);
    await allRead();
    expect(await topics.read(`${topic}.dead`)).toHaveLength(buried);
  }, 60_000);
});
