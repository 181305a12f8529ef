import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulateTraffic } from '../../../src/cli/simulate/traffic.ts';
import type { OpenBundle } from '../../support/bundle.ts';
import { askFor, checkedBundle, download, until, verifierKey } from '../../support/service-reports.ts';
import { ingestAnswer } from '../../support/service-answers.ts';
import { placeHold } from '../../support/service-holds.ts';
import { registerTenant, type CloudEvent, type TestTenant } from '../../support/service-tenant.ts';
import { useService } from '../../support/service.ts';

const DAY_MS = 86_400_000;
const service = useService({ database: 'shared' });
const traffic = [
  ...simulateTraffic({
    ...{ seed: 7, tenant: 0, days: 2, users: 25, rate: 12 },
    start: new Date(Date.now() - 3 * DAY_MS),
  }),
] as unknown as CloudEvent[];

const state: { tenant?: TestTenant; key?: string; dir?: string } = {};
const tenant = (): TestTenant => state.tenant ?? expect.fail('no tenant');
const key = (): string => state.key ?? expect.fail('no key');

beforeAll(async () => {
  state.dir = await mkdtemp(join(tmpdir(), 'lethe-bundles-'));
  const registered = await registerTenant(service());
  state.tenant = registered;
  state.key = await registered.key('auditor');
  const body = traffic.map(event => `${JSON.stringify(event)}\n`).join('');
  const sent = await registered.ingest.send('POST', registered.path('/events'), {
    body,
    type: 'application/x-ndjson',
  });
  expect(sent.status, sent.text).toBe(200);
  expect(sent.as(ingestAnswer).accepted).toBe(traffic.length);
});
afterAll(async () => {
  if (state.dir !== undefined) await rm(state.dir, { recursive: true, force: true });
});

const typed = (type: string): CloudEvent[] => traffic.filter(event => event['type'] === type);
const distinct = (events: readonly CloudEvent[]): Set<unknown> =>
  new Set(events.map(event => event['subject']));
const created = (): Set<unknown> =>
  distinct(
    ['upload.received', 'generation.requested', 'generation.completed', 'generation.blocked'].flatMap(typed),
  );
const row = z.record(z.string(), z.unknown());
const rowsOf = (bundle: OpenBundle, name: string): Record<string, unknown>[] =>
  bundle.lines(`data/${name}.ndjson`).map(line => row.parse(line));
const sum = (rows: readonly Record<string, unknown>[], field: string): number =>
  rows.reduce((total, found) => total + Number(found[field]), 0);

/** The bundle after `lethe verify` has found nothing wrong, every row valid by its own schema and the same in the CSV. */
async function verified(order: Record<string, unknown>): Promise<OpenBundle> {
  const { bundle, bytes } = await checkedBundle(service(), tenant(), key(), order);
  const file = join(state.dir ?? '', `${String(order['kind'])}.zip`);
  await writeFile(file, bytes);
  const verdict = await service().command('verify', file, '--key', await verifierKey(tenant()));
  expect(verdict.code, verdict.output).toBe(0);
  return bundle;
}

describe('a report about the tenant', () => {
  it('retention: counts each asset of the traffic once, by what has become of it', async () => {
    const bundle = await verified({ kind: 'retention' });
    const classes = rowsOf(bundle, 'classes');
    const deleted = distinct(typed('deletion.requested'));
    expect(sum(classes, 'assets')).toBe(created().size);
    expect(sum(classes, 'hidden') + sum(classes, 'erased')).toBe(deleted.size);
    expect(sum(classes, 'overdue')).toBe(0);
    const assets = rowsOf(bundle, 'assets');
    expect(new Set(assets.map(({ asset }) => asset))).toEqual(created());
    expect(
      assets
        .filter(({ status }) => status !== 'visible')
        .map(({ asset }) => asset)
        .toSorted(),
    ).toEqual([...deleted].toSorted());
  });

  it('residency: counts the regions of models as the platform reported them', async () => {
    const regions = rowsOf(await verified({ kind: 'residency' }), 'regions');
    const reported = Map.groupBy(
      traffic.flatMap(
        ({ data }) => z.looseObject({ modelRegion: z.string() }).safeParse(data).data?.modelRegion ?? [],
      ),
      region => region,
    );
    const models = regions.filter(({ store }) => store === 'model');
    expect(Object.fromEntries(models.map(({ region, events }) => [region, events]))).toEqual(
      Object.fromEntries([...reported].map(([region, found]) => [region, found.length])),
    );
    expect(sum(regions, 'outOfRegion')).toBe(0);
  });

  it('statement-of-reasons: has each blocked request with its ground, and names nobody', async () => {
    const bundle = await verified({ kind: 'statement-of-reasons' });
    const restrictions = rowsOf(bundle, 'restrictions');
    expect(restrictions.map(({ asset }) => asset).toSorted()).toEqual(
      typed('generation.blocked')
        .map(({ subject }) => subject)
        .toSorted(),
    );
    expect(restrictions.every(({ ground, redress }) => ground !== '' && redress !== '')).toBe(true);
  });

  it('soc2-evidence: the population is the whole log, and the sample is of it', async () => {
    const bundle = await verified({ kind: 'soc2-evidence' });
    const population = rowsOf(bundle, 'population');
    const entries = bundle.lines('log/entries.ndjson').map(line => row.parse(line));
    expect(population).toHaveLength(entries.length);
    expect(population.map(({ type }) => type)).toEqual(entries.map(({ type }) => type));
    for (const type of new Set(traffic.map(event => event['type']))) {
      expect(population.filter(found => found['type'] === type)).toHaveLength(typed(String(type)).length);
    }
    const sample = rowsOf(bundle, 'sample');
    expect(sample).toHaveLength(60);
    for (const drawn of sample) expect(population[Number(drawn['index'])]).toEqual(drawn);
  });

  it('hold: says who ordered what, from when, and by whose hand', async () => {
    const gone = distinct(typed('deletion.requested'));
    const asset = [...created()].find(id => !gone.has(id));
    const id = await placeHold(tenant(), { authority: 'court/2026-17', assets: [asset] });
    const [hold, ...more] = rowsOf(await verified({ kind: 'hold' }), 'holds');
    expect(more).toEqual([]);
    expect(hold).toMatchObject({
      hold: id,
      authority: 'court/2026-17',
      state: 'active',
      assets: [asset],
    });
    expect(hold?.['placedBy']).toMatch(/^tenant-admin /);
    expect(hold?.['requestedBy']).not.toBe(String(hold?.['placedBy']).split(' ')[1]);
  });

  it('access-log: has every read and refusal of the log', async () => {
    const refused = await service().callerWith(key()).post(tenant().path('/events'), []);
    expect(refused.status).toBe(403);
    const bundle = await verified({ kind: 'access-log' });
    const entries = bundle.lines('log/entries.ndjson').map(line => row.parse(line));
    const access = rowsOf(bundle, 'access');
    const expected = entries.filter(({ type }) =>
      /^(access\.|case\.|.*\.viewed$|.*\.downloaded$)/.test(String(type)),
    );
    expect(access.map(({ action }) => action)).toEqual(expected.map(({ type }) => type));
    expect(access.some(({ action, role }) => action === 'access.denied' && role === 'auditor')).toBe(true);
  });

  it('confirmation: states every promise of the pack, as the promises themselves are told', async () => {
    const told = await service().callerWith(key()).get(tenant().path('/promises'));
    expect(told.status, told.text).toBe(200);
    const promises = rowsOf(await verified({ kind: 'confirmation' }), 'promises');
    expect(promises.length).toBeGreaterThan(10);
    for (const { id } of promises) expect(told.text).toContain(String(id));
    expect(promises.every(({ status }) => status === 'holds' || status === 'no-evidence')).toBe(true);
  });

  it('dpa-evidence: has every instruction, and each measure with its evidence', async () => {
    const bundle = await verified({ kind: 'dpa-evidence' });
    expect(rowsOf(bundle, 'instructions').map(({ version }) => version)).toEqual([1]);
    expect(rowsOf(bundle, 'promises').every(({ evidence }) => String(evidence).length > 10)).toBe(true);
  });

  it('ropa: maps every field to its category', async () => {
    const fields = rowsOf(await verified({ kind: 'ropa' }), 'fields');
    expect(
      fields.find(({ type, field }) => type === 'generation.requested' && field === 'prompt'),
    ).toMatchObject({
      part: 'content',
      category: 'content',
    });
    expect(fields.filter(({ category }) => category === undefined)).toEqual([]);
  });
});

describe('the period of a report', () => {
  it('narrows the proof to the events of the period, all of them', async () => {
    const from = new Date().toISOString();
    await tenant().key('auditor');
    const bundle = await verified({ kind: 'soc2-evidence', from });
    const times = bundle.lines('log/entries.ndjson').map(line => String(row.parse(line)['time']));
    // The key, the order of the report, and what the service itself recorded meanwhile.
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(times.every(time => time >= from)).toBe(true);
  });

  it('may hold nothing', async () => {
    const order = { kind: 'access-log', from: '2001-01-01T00:00:00Z', to: '2001-02-01T00:00:00Z' };
    const bundle = await verified(order);
    expect(bundle.text('log/entries.ndjson')).toBe('');
  });
});

it('the download says what it is, and goes on record', async () => {
  const auditor = service().callerWith(key());
  const report = await askFor(tenant(), auditor, { kind: 'retention' });
  const { sha256 } = await until(tenant(), auditor, report, 'issued');
  const { headers } = await download(service(), tenant(), key(), report);
  expect(headers.get('content-type')).toBe('application/zip');
  expect(headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(sha256 ?? '', 'hex').toString('base64')}:`);
  // The trail is a view: it follows the log by a moment.
  const trail = () => auditor.get(tenant().path('/audit?action=report.downloaded'));
  await expect.poll(async () => (await trail()).text, { timeout: 10_000 }).toContain(report);
});
