import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTopics, sharedBroker, type TestTopics, type TopicRecord } from '../../support/kafka.ts';
import { requestsAnswer } from '../../support/service-answers.ts';
import { needlesOf } from '../../support/service-search.ts';
import { storedEvents } from '../../support/service-event-log.ts';
import { withVault } from '../../support/service-vault.ts';
import { generation, registerTenant, upload, type TestTenant } from '../../support/service-tenant.ts';
import { createService, type TestService } from '../../support/service.ts';

const broker = await sharedBroker();
const PATIENCE = { timeout: 30_000, interval: 100 };
const PHRASE = 'a quay that nobody else has photographed';
const IP = '198.51.100.23';
const users = ['ada@example.org', 'bob@example.org', 'eve@example.org'];

describe.skipIf(broker === undefined)('what Lethe publishes to Kafka', () => {
  let topics: TestTopics;
  let [out, siem]: [string, string] = ['', ''];
  let service: TestService;
  let tenant: TestTenant;
  beforeAll(async () => {
    topics = await openTopics(broker ?? '');
    [out, siem] = [await topics.create(3), await topics.create(1)];
    const env = { KAFKA_BROKERS: topics.address, KAFKA_OUT_TOPIC: out, KAFKA_SIEM_TOPIC: siem };
    service = await createService({ database: 'shared', env });
    await service.start();
    tenant = await registerTenant(service, { minRetention: 'PT0S', pack: 'flux-context' });
  });
  afterAll(async () => {
    await service.destroy();
    await topics.close();
  });

  const text = ({ headers }: TopicRecord, name: string): string => headers[name]?.toString('utf8') ?? '';
  const positionOf = (record: TopicRecord): number => Number(text(record, 'lethe-position'));
  const published = (position: number): Promise<TopicRecord[]> =>
    vi.waitFor(async () => {
      const records = await topics.read(out);
      // One request writes to several partitions, none of which waits for another.
      const seen = new Set(records.map(positionOf));
      const missing = Array.from({ length: position }, (_, n) => n + 1).filter(one => !seen.has(one));
      expect(missing).toEqual([]);
      return records;
    }, PATIENCE);

  test('is every event, in the order of the log for each user, with where it stands and what it is', async () => {
    let last = 0;
    for (let round = 0; round < 5; round++) {
      const events = users.flatMap((subject, n) => [
        upload(`asset-${round}-${n}`, { subject, content: PHRASE, ip: IP }),
        generation(`made-${round}-${n}`, { subject, output: PHRASE }),
      ]);
      last = await tenant.report(...events);
    }
    const records = await published(last);
    const log = await storedEvents(service);
    const seen = new Map(records.map(record => [positionOf(record), record]));
    for (const { position, tenant: owner, type, envelope, sealed } of log) {
      if (position > last) continue;
      const record = seen.get(position);
      const { subject, version } = JSON.parse(envelope.toString()) as { subject?: string; version: number };
      expect(record?.key).toBe(subject === undefined ? owner : `${owner}/${subject}`);
      expect(record?.value?.equals(envelope)).toBe(true);
      expect(record?.headers['lethe-sealed'] ?? null).toEqual(sealed);
      expect(record && text(record, 'lethe-type')).toBe(type);
      expect(record && text(record, 'lethe-version')).toBe(String(version));
      expect(record && text(record, 'content-type')).toBe('application/vnd.lethe.envelope+json');
    }
    for (const [key, ofKey] of Map.groupBy(records, record => record.key)) {
      expect(new Set(ofKey.map(({ partition }) => partition)).size, `partitions of ${key}`).toBe(1);
      const positions = ofKey.map(positionOf);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    }
  });

  test('holds nothing personal in clear, for the platform or for a SIEM', async () => {
    const last = await tenant.report(upload('last', { subject: users[0], content: PHRASE, ip: IP }));
    await published(last);
    const ofSiem = await vi.waitFor(async () => {
      const records = await topics.read(siem);
      const sequences = records.map(({ value }) => sequenceOf(value));
      expect(sequences).toContain(last);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      return records;
    }, PATIENCE);
    const needles = [PHRASE, IP, ...users].flatMap(needlesOf);
    for (const { key, value, headers } of [...(await topics.read(out)), ...ofSiem]) {
      const bytes = Buffer.concat([
        Buffer.from(key ?? ''),
        value ?? Buffer.alloc(0),
        ...Object.values(headers),
      ]);
      expect(needles.filter(needle => bytes.includes(needle.bytes))).toEqual([]);
    }
  });

  test('opens with its key, and opens nowhere once the asset is erased', async () => {
    const position = await tenant.report(upload('to-erase', { subject: users[1], content: PHRASE }));
    const record = (await published(position)).find(found => positionOf(found) === position);
    const blob = record?.headers['lethe-sealed'] ?? Buffer.alloc(0);
    const { id } = JSON.parse(String(record?.value)) as { id: string };
    const open = (): Promise<{ status: string }> =>
      withVault(service, vault => vault.open(tenant.id, 'asset/to-erase', 'safety', blob, id, 'content'));
    expect((await open()).status).toBe('opened');
    await tenant.admin.delete(tenant.path('/assets/to-erase'));
    await vi.waitFor(async () => expect((await open()).status).toBe('erased'), PATIENCE);
    const types = async (): Promise<string[]> =>
      (await topics.read(out)).map(found => text(found, 'lethe-type'));
    await vi.waitFor(async () => expect(await types()).toContain('asset.erased'), PATIENCE);
    const [request] = (await tenant.dpo.get(tenant.path('/deletion-requests'))).as(requestsAnswer).items;
    const certificate = await tenant.dpo.get(tenant.path(`/deletion-requests/${request?.id}/certificate`));
    expect(certificate.text).toContain(
      'sealed events, unreadable without the key, until the topic drops them',
    );
  });

  test('goes on where it stood when the process was killed, and leaves no event out', async () => {
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const events = Array.from({ length: 200 }, (_, n) =>
        upload(`killed-${round}-${n}`, { subject: users[n % 3], content: PHRASE }),
      );
      last = await tenant.report(...events);
      await service.kill();
      await service.start();
    }
    const records = await published(last);
    const positions = new Set(records.map(positionOf));
    expect(Array.from({ length: last }, (_, n) => n + 1).filter(n => !positions.has(n))).toEqual([]);
    // Repeats are told by their position: without them, each partition is in the order of the log.
    for (const [partition, found] of Map.groupBy(records, record => record.partition)) {
      let highest = 0;
      const fresh = found.map(positionOf).filter(position => position > highest && (highest = position) > 0);
      expect(new Set(fresh).size, `partition ${partition}`).toBe(new Set(found.map(positionOf)).size);
    }
  }, 60_000);
});

const sequenceOf = (value: Buffer | null): number =>
  (JSON.parse(String(value)) as { metadata: { sequence: number } }).metadata.sequence;
