import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { auditAnswer, problemAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import {
  cloudEvent,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 20_000, interval: 50 };
const DAY_MS = 86_400_000;

const signals = z.object({
  items: z.array(
    z.object({
      signal: z.string(),
      subject: z.string().nullable(),
      rule: z.string(),
      version: z.number(),
      severity: z.string(),
      score: z.number(),
      reasons: z.record(z.string(), z.number()),
      assets: z.array(z.string()),
      erasedAssets: z.number(),
      eraseAt: z.string().nullable(),
    }),
  ),
  next: z.string().optional(),
});
type Signal = z.infer<typeof signals>['items'][number];
const rules = z.object({ version: z.number(), rules: z.record(z.string(), z.unknown()) });

interface Investigated extends TestTenant {
  readonly investigator: Caller;
  signals(query?: string): Promise<Signal[]>;
  /** Once there are so many. */
  signalled(count: number, query?: string): Promise<Signal[]>;
}

/** For what changes nothing. */
let quiet: Investigated | undefined;
beforeAll(async () => {
  quiet = await investigate();
});
const quietOne = (): Investigated => quiet ?? expect.fail('the tenant was not registered');

async function investigate(policy: CloudEvent = {}): Promise<Investigated> {
  const tenant = await registerTenant(service(), policy);
  const investigator = service().callerWith(await tenant.key('investigator'));
  const list: Investigated['signals'] = async (query = '') => {
    const answer = await investigator.get(tenant.path(`/abuse/signals${query}`));
    expect(answer.status, answer.text).toBe(200);
    return answer.as(signals).items;
  };
  const signalled: Investigated['signalled'] = (count, query) =>
    vi.waitFor(async () => {
      const found = await list(query);
      if (found.length < count) throw new Error(`${found.length} signals`);
      return found;
    }, PATIENCE);
  return { ...tenant, investigator, signals: list, signalled };
}

const cases = z.object({ items: z.array(z.looseObject({ case: z.string(), origin: z.string() })) });
const casesOf = async (tenant: Investigated) =>
  (await tenant.investigator.get(tenant.path('/cases'))).as(cases);

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${'abcdefghijklmnopqrstuvwxyz'.charAt(index)}`);
const uploads = (assets: readonly string[], data: CloudEvent): CloudEvent[] =>
  assets.map(asset => upload(asset, { content: 'x', ...data }));
const deletions = (assets: readonly string[], subject: string): CloudEvent[] =>
  assets.map(asset => cloudEvent('deletion.requested', { subject: asset, data: { subject } }));

/** Uploads twenty and deletes them all at one go. */
async function massDelete(tenant: TestTenant, subject: string): Promise<string[]> {
  const assets = names(`gone-${subject}`, 20);
  await tenant.report(...uploads(assets, { subject }));
  await tenant.report(...deletions(assets, subject));
  return assets;
}

describe('the rules over live traffic', () => {
  it('signal who makes much and deletes it at one go, once, with the numbers and the assets', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    const assets = await massDelete(tenant, 'mallory');
    const [signal, ...more] = await tenant.signalled(1);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({ rule: 'mass-deletion', severity: 'high', version: 0, erasedAssets: 0 });
    expect(signal?.reasons).toMatchObject({ youngDeletedInHour: 15, madeInDay: 20, deletedShare: 0.75 });
    expect(signal?.assets).toEqual(assets.slice(0, 15));
    expect(signal?.eraseAt).not.toBeNull();
    expect((await casesOf(tenant)).items).toEqual([]);
  });

  it('go by the times that the platform reports, where it reports a backlog', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    const atHour = (hour: number): CloudEvent => ({
      time: new Date(Date.now() - hour * 3_600_000).toISOString(),
    });
    const report = async (subject: string, hours: readonly number[]): Promise<void> => {
      const assets = names(`late-${subject}`, 20);
      await tenant.report(...assets.map(asset => upload(asset, { content: 'x', subject }, atHour(60))));
      const removed = assets.map((asset, index) => {
        const about = { subject: asset, data: { subject } };
        return cloudEvent('deletion.requested', { ...about, ...atHour(hours[index % hours.length] ?? 0) });
      });
      await tenant.report(...removed);
    };
    await report('at-leisure', [59, 57, 55, 53]);
    await report('at-one-go', [50]);
    expect(await tenant.signalled(1)).toMatchObject([{ rule: 'mass-deletion' }]);
    expect(await tenant.signals('?subject=at-one-go')).toHaveLength(1);
  });

  it('signal a ring by a device that only sealed parts name, and nobody on it by mistake', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    const members = names('ring', 4);
    await tenant.report(...uploads(['bystander-asset'], { subject: 'bystander', device: 'own' }));
    for (const member of members) {
      const blocked = names(`blocked-${member}`, 4).map(asset =>
        cloudEvent('generation.blocked', {
          subject: asset,
          data: { subject: member, rule: 'test/rule:1', ground: 'abuse', device: 'shared' },
        }),
      );
      await tenant.report(
        ...uploads(names(`made-${member}`, 4), { subject: member, device: 'shared' }),
        ...blocked,
      );
    }
    const found = await tenant.signalled(4, '?rule=ring');
    expect(new Set(found.map(({ subject }) => subject)).size).toBe(4);
    expect(found[0]?.reasons).toMatchObject({ accounts: 4 });
    expect(await tenant.signals('?subject=bystander')).toEqual([]);
    expect(await tenant.signals(`?subject=${members[0] ?? ''}&rule=ring`)).toHaveLength(1);
  });

  it('open a case with the assets preserved where these are about to be erased', async () => {
    const tenant = await investigate({ minRetention: 'PT1H' });
    const assets = await massDelete(tenant, 'mallory');
    const [signal] = await tenant.signalled(1);
    const { items } = await vi.waitFor(async () => {
      const opened = await casesOf(tenant);
      if (opened.items.length === 0) throw new Error('no case');
      return opened;
    }, PATIENCE);
    expect(items).toMatchObject([{ case: signal?.signal, origin: 'deadline' }]);
    const held = await tenant.investigator.get(tenant.path('/holds/preserved-assets'));
    expect(held.text).toContain(assets[0]);
  });

  it('open it later too, once the time that is left is as short as the tenant’s lead', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    const assets = await massDelete(tenant, 'mallory');
    const [signal] = await tenant.signalled(1);
    expect((await casesOf(tenant)).items).toEqual([]);
    expect((await tenant.admin.put(tenant.path('/abuse/rules'), { caseLead: 'P21D' })).status).toBe(200);
    const { items } = await vi.waitFor(async () => {
      const opened = await casesOf(tenant);
      if (opened.items.length === 0) throw new Error('no case');
      return opened;
    }, PATIENCE);
    expect(items).toMatchObject([{ case: signal?.signal, origin: 'deadline', priority: 'urgent' }]);
    const held = await tenant.investigator.get(tenant.path('/holds/preserved-assets'));
    expect(held.text).toContain(assets[0]);
  });

  it('go on after a kill where they were, and signal nothing twice', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    await massDelete(tenant, 'before');
    await tenant.signalled(1);
    await service().kill();
    await service().start();
    await massDelete(tenant, 'after');
    const found = await tenant.signalled(2);
    expect(found.map(({ rule }) => rule)).toEqual(['mass-deletion', 'mass-deletion']);
    expect(new Set(found.map(({ subject }) => subject)).size).toBe(2);
  });
});

describe('lethe rules replay', () => {
  it('says what was signalled and what would have been, and raises nothing', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    await massDelete(tenant, 'mallory');
    const before = await tenant.signalled(1);
    const { code, output } = await service().command('rules', 'replay', '--tenant', tenant.id, '--json');
    expect(code, output).toBe(0);
    expect(output).toContain('"rule":"mass-deletion"');
    expect(output).toContain('"run":"was"');
    expect(output).toContain('"run":"would"');
    expect(await tenant.signals()).toEqual(before);
  });
});

describe('lethe rules replay of other thresholds', () => {
  const replayOf = async (tenant: TestTenant, text: string) => {
    const dir = await mkdtemp(join(tmpdir(), 'lethe-rules-'));
    try {
      const file = join(dir, 'rules.json');
      await writeFile(file, text);
      return await service().command('rules', 'replay', '--tenant', tenant.id, '--rules', file);
    } finally {
      await rm(dir, { recursive: true });
    }
  };

  it('tells in a table, by rule, whom they would signal and whom no more', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    await massDelete(tenant, 'mallory');
    await tenant.signalled(1);
    const rules = { 'mass-deletion': { on: false }, velocity: { perHour: 20 } };
    const { code, output } = await replayOf(tenant, JSON.stringify(rules));
    expect(code, output).toBe(0);
    expect(output).toMatch(/velocity\W+0\W+1\W+0\W+1\W+0\W/);
    expect(output).toMatch(/mass-deletion\W+1\W+0\W+0\W+0\W+1\W/);
  });

  it.each([
    ['no JSON', 'perHour: 20'],
    ['thresholds that do not exist', '{"velocity": {"perMinute": 20}}'],
  ])('refuses %s', async (_, text) => {
    const { code, output } = await replayOf(quietOne(), text);
    expect(code).toBe(1);
    expect(output).toContain('rules-invalid');
  });

  it('refuses a tenant that is not there: an empty table would clear everybody', async () => {
    const { code, output } = await service().command('rules', 'replay', '--tenant', 'misspelt');
    expect(code).toBe(1);
    expect(output).toContain('tenant-not-found');
  });
});

describe("a tenant's own thresholds", () => {
  const put = (tenant: TestTenant, body: unknown) => tenant.admin.put(tenant.path('/abuse/rules'), body);

  it('are in force from their adoption on, under a version that signals name', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    const adopted = await put(tenant, { velocity: { perHour: 20 } });
    expect(adopted.status, adopted.text).toBe(200);
    expect(adopted.as(rules)).toMatchObject({ version: 1, rules: { velocity: { on: true, perHour: 20 } } });
    await tenant.report(...uploads(names('fast', 20), { subject: 'script' }));
    expect(await tenant.signalled(1)).toMatchObject([{ rule: 'velocity', version: 1, score: 1 }]);
  });

  it('may have a rule repeat itself within a day: it is one signal, and the rules go on for everybody', async () => {
    const [tenant, other] = [await investigate(), await investigate({ minRetention: 'P20D' })];
    await put(tenant, { repeatAfter: 'PT1S', velocity: { perHour: 5 } });
    // Noon of yesterday: a minute ago may be another day.
    const start = (Math.floor(Date.now() / DAY_MS) - 0.5) * DAY_MS;
    const timed = names('fast', 20).map((asset, index) =>
      upload(asset, { subject: 'script' }, { time: new Date(start + index * 2_000).toISOString() }),
    );
    await tenant.report(...timed);
    expect(await tenant.signalled(1)).toMatchObject([{ rule: 'velocity', score: 1 }]);
    await massDelete(other, 'mallory');
    expect(await other.signalled(1)).toMatchObject([{ rule: 'mass-deletion' }]);
    expect(await tenant.signals()).toHaveLength(1);
  });

  it('make no new version where they are the same, and keep every one that was', async () => {
    const tenant = await investigate();
    await put(tenant, { ring: { accounts: 5 } });
    const again = await put(tenant, { ring: { accounts: 5 } });
    expect(again.as(rules).version).toBe(1);
    expect((await put(tenant, {})).as(rules).version).toBe(2);
    const listed = (await tenant.auditor.get(tenant.path('/abuse/rules'))).as(
      rules.extend({ versions: z.array(rules) }),
    );
    expect(listed.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(listed.version).toBe(2);
  });

  it.each([
    ['a share above one', { 'mass-deletion': { share: 1.5 } }],
    ['a count of nothing', { velocity: { perHour: 0 } }],
    ['a rule that does not exist', { gossip: { on: true } }],
    ['a threshold that does not exist', { ring: { people: 3 } }],
    ['no duration', { caseLead: 'a day' }],
    ['no object', [1]],
  ])('are refused with %s, and nothing changes', async (_, body) => {
    const tenant = quietOne();
    const answer = await put(tenant, body);
    expect(answer.status).toBe(400);
    expect(answer.as(problemAnswer).code).toBe('invalid-request');
    expect((await tenant.admin.get(tenant.path('/abuse/rules'))).as(rules).version).toBe(0);
  });
});

describe('the list of signals', () => {
  it('is for investigators of the tenant alone, and each reading is on record', async () => {
    const [tenant, other] = [await investigate(), await investigate()];
    const path = tenant.path('/abuse/signals');
    for (const stranger of [tenant.ingest, tenant.admin, tenant.dpo, tenant.auditor]) {
      expect((await stranger.get(path)).status).toBe(403);
    }
    expect((await other.investigator.get(path)).status).toBe(404);
    await tenant.signals();
    await vi.waitFor(async () => {
      const trail = await tenant.auditor.get(tenant.path('/audit?action=records.viewed'));
      expect(trail.as(auditAnswer).items).toContainEqual(expect.objectContaining({ role: 'investigator' }));
    }, PATIENCE);
  });

  it('pages from the newest back', async () => {
    const tenant = await investigate({ minRetention: 'P20D' });
    await massDelete(tenant, 'first');
    await tenant.signalled(1);
    await massDelete(tenant, 'second');
    const all = await tenant.signalled(2);
    const page = async (query: string) => (await tenant.investigator.get(tenant.path(query))).as(signals);
    const newest = await page('/abuse/signals?limit=1');
    const oldest = await page(`/abuse/signals?limit=1&cursor=${newest.next ?? ''}`);
    expect([...newest.items, ...oldest.items]).toEqual(all);
    expect(oldest.next).toBeUndefined();
  });

  it.each([
    ['rule=gossip', 'invalid-request'],
    ['severity=worst', 'invalid-request'],
    ['from=yesterday', 'invalid-request'],
    ['cursor=nonsense', 'cursor-invalid'],
    ['limit=0', 'invalid-request'],
    ['unknown=1', 'invalid-request'],
  ])('refuses ?%s with %s', async (query, code) => {
    const tenant = quietOne();
    const answer = await tenant.investigator.get(tenant.path(`/abuse/signals?${query}`));
    expect(answer.status).toBe(400);
    expect(answer.as(problemAnswer).code).toBe(code);
  });

  it('answers 404 for a user that nobody knows', async () => {
    const tenant = quietOne();
    const answer = await tenant.investigator.get(tenant.path('/abuse/signals?subject=nobody'));
    expect(answer.status).toBe(404);
    expect(answer.as(problemAnswer).code).toBe('subject-not-found');
  });
});
