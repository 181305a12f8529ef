import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startHecServer, type HecServer } from '../support/hec-server.ts';
import { needlesOf, searchFiles } from '../support/service-search.ts';
import { generation, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

const PHRASE = 'a lighthouse that nobody else has painted';
const IP = '198.51.100.77';
const USER = 'ada@example.org';
const PATIENCE = { timeout: 20_000, interval: 50 };

let home: string;
let collector: HecServer;
let service: TestService;
let tenant: TestTenant;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lethe-siem-'));
  collector = await startHecServer({ acknowledges: true });
  const file = join(home, 'ocsf.ndjson');
  service = await createService({
    database: 'shared',
    env: {
      ...{
        LETHE_SIEM_HEC_URL: collector.url,
        LETHE_SIEM_HEC_TOKEN: collector.token,
        LETHE_SIEM_HEC_ACK: 'true',
      },
      LETHE_SIEM_FILE: file,
    },
  });
  await service.start();
  tenant = await registerTenant(service);
});
afterAll(async () => {
  await service.destroy();
  await collector.close();
  await rm(home, { recursive: true });
});

test('every event reaches the SIEM though the service is killed again and again, and nothing personal does', async () => {
  for (let round = 0; round < 3; round++) {
    collector.fail('slow', round === 1 ? 'reset-after-taking' : 'busy');
    const events = Array.from({ length: 150 }, (_, index) => {
      const about = { subject: USER, ip: IP, device: PHRASE };
      const asset = `asset-${round}-${index}`;
      return index % 2 === 0
        ? upload(asset, { ...about, content: PHRASE, fileName: `${PHRASE}.png` })
        : generation(asset, { ...about, output: PHRASE });
    });
    await tenant.report(...events);
    await service.kill();
    await service.start();
  }
  const last = await tenant.report(upload('last', { subject: USER, content: PHRASE }));
  await vi.waitFor(() => expect(collector.sequences()).toContain(last), PATIENCE);
  const seen = collector.sequences().toSorted((a, b) => a - b);
  expect(seen.slice(0, last)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  const uids = new Map(
    collector.received.map(({ event: { metadata } }) => [metadata.uid, metadata.sequence]),
  );
  expect(uids.size).toBe(seen.length);

  const inFile = async (): Promise<number[]> =>
    (await readFile(join(home, 'ocsf.ndjson'), 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map(line => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence);
  await vi.waitFor(async () => expect(await inFile()).toContain(last), PATIENCE);
  expect([...new Set(await inFile())].slice(0, last)).toEqual(seen.slice(0, last));

  expect(JSON.stringify(collector.received)).not.toMatch(/lighthouse|198\.51\.100|ada@/);
  expect(await searchFiles(home, [PHRASE, IP, USER].flatMap(needlesOf))).toEqual([]);
}, 60_000);
