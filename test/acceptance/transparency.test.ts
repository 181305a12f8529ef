import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Frontier } from '../../src/domain/merkle/frontier.ts';
import { leafHash } from '../../src/domain/merkle/hash.ts';
import { verifyConsistency, verifyInclusion } from '../../src/domain/merkle/verify.ts';
import { openCheckpoint, type OpenedCheckpoint } from '../../src/domain/tlog/checkpoint.ts';
import { parseVerifierKey } from '../../src/domain/tlog/keys.ts';
import { decodeBundle, tilePath } from '../../src/domain/tlog/tiles.ts';
import { logIsElsewhere } from '../support/service-event-log.ts';
import { useService } from '../support/service.ts';
import { registerTenant, type TestTenant } from '../support/service-tenant.ts';

const service = useService({ database: 'shared' });

const key = z.object({ origin: z.string(), key: z.string() });
const hashes = z.array(z.string().transform(text => Buffer.from(text, 'base64')));
const inclusion = z.object({ index: z.int(), size: z.int(), proof: hashes });
const consistency = z.object({ from: z.int(), to: z.int(), proof: hashes });

const upload = (n: number) => ({
  ...{ specversion: '1.0', id: `upload-${n}`, source: 'urn:test', type: 'upload.received' },
  subject: `asset-${n}`,
  data: { subject: 'somebody', mediaType: 'text/plain', content: `text ${n}` },
});

async function checkpointOf(tenant: TestTenant): Promise<OpenedCheckpoint> {
  const { key: vkey, origin } = (await tenant.auditor.get(tenant.path('/log/key'))).as(key);
  expect(origin).toBe(`lethe.local/${tenant.id}`);
  const answer = await tenant.auditor.get(tenant.path('/log/checkpoint'));
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return openCheckpoint(answer.text, parseVerifierKey(vkey));
}

/** Waits for a published checkpoint of at least that many events. */
const signed = (tenant: TestTenant, size: number): Promise<OpenedCheckpoint> =>
  vi.waitFor(
    async () => {
      const checkpoint = await checkpointOf(tenant);
      expect(checkpoint.size).toBeGreaterThanOrEqual(size);
      return checkpoint;
    },
    { timeout: 10_000, interval: 50 },
  );

async function bytes(tenant: TestTenant, path: string): Promise<{ body: Buffer; headers: Headers }> {
  const secret = await tenant.key('auditor');
  const response = await fetch(`${service().address}${tenant.path(`/log/tile/${path}`)}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(response.status).toBe(200);
  return { body: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

test('an outsider rebuilds a tenant’s tree from tiles alone, and finds the signed root', async () => {
  const tenant = await registerTenant(service());
  await tenant.report(...Array.from({ length: 300 }, (_, n) => upload(n)));
  const { size, root } = await signed(tenant, 301);
  const frontier = new Frontier();
  for (let index = 0; index * 256 < size; index++) {
    const width = Math.min(256, size - index * 256);
    const bundle = await bytes(tenant, tilePath({ level: 'entries', index, width }));
    const tile = await bytes(tenant, tilePath({ level: 0, index, width }));
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    expect(tile.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    const leaves = decodeBundle(bundle.body).map(leafHash);
    expect(Buffer.concat(leaves)).toEqual(tile.body);
    for (const leaf of leaves) frontier.append(leaf);
  }
  expect(frontier.size).toBe(size);
  expect(frontier.root()).toEqual(root);
});

test('proofs of an event and of an older tree verify, and roles and tenants are kept apart', async () => {
  const tenant = await registerTenant(service());
  const before = await signed(tenant, 1);
  const position = await tenant.report(upload(1));
  const now = await signed(tenant, before.size + 1);

  const proven = (
    await tenant.auditor.get(tenant.path(`/log/proof?position=${position}&size=${now.size}`))
  ).as(inclusion);
  const place = tilePath({ level: 'entries', index: 0, width: now.size });
  const entries = decodeBundle((await bytes(tenant, place)).body);
  const leaf = leafHash(entries[proven.index] ?? Buffer.alloc(0));
  verifyInclusion({ leaf, ...proven, root: now.root });
  expect(entries[proven.index]?.toString()).toContain('"upload.received"');

  const older = (await tenant.auditor.get(tenant.path(`/log/proof?from=${before.size}&to=${now.size}`))).as(
    consistency,
  );
  verifyConsistency({ from: before, to: now, proof: older.proof });

  const other = await registerTenant(service());
  for (const path of ['/log/checkpoint', '/log/key', '/log/tile/0/000.p/1', '/log/proof?index=0']) {
    expect((await tenant.ingest.get(tenant.path(path))).status).toBe(403);
    expect((await other.auditor.get(tenant.path(path))).status).toBe(404);
  }
  for (const path of [
    '/log/tile/0/000',
    '/log/tile/0/0',
    '/log/tile/entries/009',
    '/log/proof?position=999999',
  ])
    expect((await tenant.auditor.get(tenant.path(path))).status).toBe(404);
  for (const query of [
    '',
    `index=0&size=${now.size + 10_000}`,
    'index=',
    'from=%20',
    'index=0&position=1',
    'from=1&index=0',
    'from=1&size=2',
    'index=0&to=1',
  ])
    expect((await tenant.auditor.get(tenant.path(`/log/proof?${query}`))).status, query).toBe(400);
});

// There is no such test of a log that is elsewhere: eventstore-restore.test.ts tells of that one.
if (!logIsElsewhere())
  test('a service whose database lacks what was signed ends with the reason, and serves once the log is whole', async () => {
    const tenant = await registerTenant(service());
    const position = await tenant.report(upload(1));
    const { size } = await signed(tenant, 3);
    await service().stop();
    const owner = new pg.Client({ connectionString: await service().databaseUrl() });
    await owner.connect();
    try {
      // As a backup from before the last events would have it: its trees lack them too.
      await owner.query(`
      create table public.lost as select * from log.events where position >= ${position};
      delete from log.events where position >= ${position};
      truncate tlog.trees, tlog.tiles, tlog.leaf_positions, tlog.checkpoints;
      update tlog.cursor set position = 0`);
      const refusal = new RegExp(
        `log-shorter-than-checkpoint: .*tenant ${tenant.id} has \\d+ events, but ${size} were signed`,
      );
      await expect(service().start()).rejects.toThrow(refusal);
      await owner.query('insert into log.events table public.lost');
    } finally {
      await owner.end();
    }
    await service().start();
    expect((await signed(tenant, size)).size).toBeGreaterThanOrEqual(size);
  });
