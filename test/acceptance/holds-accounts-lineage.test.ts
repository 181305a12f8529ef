import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import {
  auditAnswer,
  deletionAnswer,
  holdAnswer,
  problemAnswer,
  requestAnswer,
  retentionAnswer,
} from '../support/service-answers.ts';
import { approveHold, askForHold, placeHold, releaseHold } from '../support/service-holds.ts';
import { openForSafety } from '../support/service-safety.ts';
import {
  cloudEvent,
  generation,
  listed,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });
const SOON = { timeout: 20_000, interval: 50 };
const short = (policy: CloudEvent = {}): Promise<TestTenant> =>
  registerTenant(service(), { minRetention: 'PT1S', maxRetention: 'P30D', ...policy });

const note = (asset: string, subject = 'ada', fields: CloudEvent = {}): CloudEvent =>
  upload(asset, { subject, content: `note ${asset}` }, fields);

const remove = async (tenant: TestTenant, asset: string) =>
  (await tenant.admin.delete(tenant.path(`/assets/${asset}`))).as(deletionAnswer);

const statusOf = async (tenant: TestTenant, asset: string): Promise<string> =>
  (await tenant.auditor.get(tenant.path(`/assets/${asset}/retention`))).as(retentionAnswer).status;
const erased = (tenant: TestTenant, asset: string): Promise<void> =>
  vi.waitFor(async () => expect(await statusOf(tenant, asset)).toBe('erased'), SOON);
const requestOf = async (tenant: TestTenant, id: string) =>
  (await tenant.dpo.get(tenant.path(`/deletion-requests/${id}`))).as(requestAnswer);
const opens = async (tenant: TestTenant, asset: string): Promise<boolean> =>
  (await openForSafety(service(), tenant.id, asset)).every(({ content }) => typeof content === 'object');

describe('a hold', () => {
  it('postpones an erasure that is due, and lets it go on when it is released', async () => {
    const tenant = await short();
    await tenant.report(note('held'), note('neighbour'));
    const id = await placeHold(tenant, { assets: ['held'] });
    const { id: request } = await remove(tenant, 'held');
    await remove(tenant, 'neighbour');
    await erased(tenant, 'neighbour');
    expect(await requestOf(tenant, request)).toMatchObject({
      state: 'held',
      erasedAt: null,
      certificate: null,
    });
    const why = await tenant.auditor.get(tenant.path('/assets/held/retention'));
    expect(why.as(retentionAnswer)).toMatchObject({ status: 'hidden', clause: 19, holds: [id] });
    expect(await opens(tenant, 'held')).toBe(true);
    expect((await tenant.admin.get(tenant.path('/assets/held/content'))).status).toBe(410);

    await releaseHold(tenant, id);
    await erased(tenant, 'held');
    expect(await opens(tenant, 'held')).toBe(false);
    await vi.waitFor(
      async () => expect(await requestOf(tenant, request)).toMatchObject({ state: 'erased' }),
      SOON,
    );
  });

  it('over a user covers what it has and what it makes later, and nobody else’s', async () => {
    const tenant = await short();
    await tenant.report(note('before'), note('other', 'eve'));
    const id = await placeHold(tenant, { subject: 'ada' });
    await tenant.report(note('after'));
    for (const asset of ['before', 'after', 'other']) await remove(tenant, asset);
    await erased(tenant, 'other');
    expect([await statusOf(tenant, 'before'), await statusOf(tenant, 'after')]).toEqual(['hidden', 'hidden']);
    await releaseHold(tenant, id);
    await Promise.all([erased(tenant, 'before'), erased(tenant, 'after')]);
  });

  it('keeps as long as one of two is in force', async () => {
    const tenant = await short();
    await tenant.report(note('held'), note('neighbour'));
    const [one, other] = [
      await placeHold(tenant, { assets: ['held'] }),
      await placeHold(tenant, { subject: 'ada' }),
    ];
    await remove(tenant, 'held');
    await releaseHold(tenant, one);
    await tenant.report(note('stranger', 'eve'));
    await remove(tenant, 'stranger');
    await erased(tenant, 'stranger');
    expect(await statusOf(tenant, 'held')).toBe('hidden');
    await releaseHold(tenant, other);
    await erased(tenant, 'held');
  });

  it('ends by itself at its expiry, and not before', async () => {
    const tenant = await short();
    await tenant.report(note('held'));
    const expiresAt = new Date(Date.now() + 2_000);
    await placeHold(tenant, { assets: ['held'], expiresAt: expiresAt.toISOString() });
    await remove(tenant, 'held');
    await erased(tenant, 'held');
    const { erasure } = (await tenant.auditor.get(tenant.path('/assets/held/retention'))).as(retentionAnswer);
    expect(Date.parse(erasure?.erasedAt ?? '')).toBeGreaterThanOrEqual(expiresAt.getTime());
  });

  it('and an erasure at the same instant: exactly one wins, every time', async () => {
    const tenant = await short();
    const names = Array.from({ length: 60 }, (_, index) => `race-${index}`);
    // Made at different times, so that they fall due one after the other.
    const now = Date.now();
    await tenant.report(
      ...names.map((name, index) =>
        note(name, 'ada', { time: new Date(now + 1_500 + index * 25).toISOString() }),
      ),
    );
    const due = await Promise.all(names.map(async name => Date.parse((await remove(tenant, name)).eraseAt)));
    const answers = await Promise.all(
      names.map(async (name, index) => {
        await delay(Math.max(0, (due[index] ?? 0) - Date.now() + (index % 20) * 30 - 300));
        return { name, answer: await askForHold(tenant, { assets: [name] }) };
      }),
    );
    const won = answers
      .filter(({ answer }) => answer.status === 202)
      .map(({ name, answer }) => ({
        name,
        id: answer.as(holdAnswer).id,
      }));
    const lost = answers.filter(({ answer }) => answer.status !== 202);
    for (const { name, answer } of lost) {
      expect(answer.as(problemAnswer)).toMatchObject({ status: 409, code: 'hold-too-late' });
      await erased(tenant, name);
    }
    await tenant.report(note('last'));
    await remove(tenant, 'last');
    await erased(tenant, 'last');
    for (const { id } of won) await approveHold(tenant, id);
    for (const { name } of won) {
      expect({ name, status: await statusOf(tenant, name), opens: await opens(tenant, name) }).toEqual({
        name,
        status: 'hidden',
        opens: true,
      });
    }
    for (const { id } of won) await releaseHold(tenant, id);
    for (const { name } of won) await erased(tenant, name);
  }, 60_000);
});

describe('an account that is deleted', () => {
  it('is hidden at once, erased asset by asset, and forgotten last', async () => {
    const tenant = await short();
    await tenant.report(
      cloudEvent('account.registered', { data: { subject: 'ada', name: 'Ada', email: 'ada@example.test' } }),
      note('one'),
      note('two'),
      note('eves', 'eve'),
    );
    const held = await placeHold(tenant, { assets: ['two'] });
    const user = await tenant.user('ada');
    const asked = await user.post(tenant.path('/deletion-requests'), { subject: 'ada', scope: 'account' });
    expect(asked.status, asked.text).toBe(201);
    const { id, position } = asked.as(deletionAnswer);
    await expectHidden(tenant, ['one', 'two']);
    expect((await tenant.tryReport(note('three'))).as(problemAnswer)).toMatchObject({
      code: 'account-deleted',
    });

    await erased(tenant, 'one');
    expect(await requestOf(tenant, id)).toMatchObject({ state: 'held', erasedAt: null, certificate: null });
    expect(await directoryEntries(tenant)).toBe(2);
    await releaseHold(tenant, held);
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('erased'), SOON);
    expect((await requestOf(tenant, id)).certificate).toMatchObject({ method: 'cryptographic-erase' });
    expect(await directoryEntries(tenant)).toBe(1);
    await expectForgottenLast(tenant, position);
    expect(await statusOf(tenant, 'eves')).toBe('visible');
  });

  it('leaves its outside id to a stranger', async () => {
    const tenant = await short();
    await tenant.report(note('old'));
    const before = await tenant.user('ada');
    const asked = await tenant.admin.post(tenant.path('/deletion-requests'), {
      subject: 'ada',
      scope: 'account',
    });
    const { id } = asked.as(deletionAnswer);
    await vi.waitFor(async () => expect((await requestOf(tenant, id)).state).toBe('erased'), SOON);
    const gone = await tenant.admin.get(tenant.path('/subjects/ada/assets'));
    expect(gone.as(problemAnswer)).toMatchObject({ status: 404, code: 'subject-not-found' });

    const position = await tenant.report(note('new'));
    expect(await listed(tenant, await tenant.user('ada'), 'ada', '', position)).toEqual(['new']);
    const asStranger = await before.get(tenant.path('/subjects/ada/assets'));
    expect(asStranger.as(problemAnswer)).toMatchObject({ code: 'subject-not-found' });
    expect((await before.get(tenant.path('/assets/new/content'))).status).toBe(404);
    expect((await tenant.admin.get(tenant.path('/assets/old/content'))).status).toBe(410);
  });

  it('answers with the first request when it is asked for again', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(note('one'));
    const ask = () =>
      tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', scope: 'account' });
    const [first, ...rest] = (await Promise.all([ask(), ask(), ask()])).map(answer =>
      answer.as(deletionAnswer),
    );
    expect(rest.map(({ id }) => id)).toEqual([first?.id, first?.id]);
  });
});

async function expectHidden(tenant: TestTenant, assets: readonly string[]): Promise<void> {
  expect(await listed(tenant, tenant.admin, 'ada')).toEqual([]);
  expect(await listed(tenant, tenant.admin, 'ada', '?q=note')).toEqual([]);
  expect((await tenant.admin.get(tenant.path('/subjects/ada/export'))).text).toBe('');
  for (const asset of assets) {
    for (const path of [`/assets/${asset}`, `/assets/${asset}/content`]) {
      expect((await tenant.admin.get(tenant.path(path))).as(problemAnswer)).toMatchObject({
        status: 410,
        code: 'asset-deleted',
      });
    }
  }
}

async function expectForgottenLast(tenant: TestTenant, since: number): Promise<void> {
  const trail = (await tenant.auditor.get(tenant.path('/audit?limit=500'))).as(auditAnswer).items;
  const of = (action: string): number[] =>
    trail.filter(entry => entry.action === action && entry.position > since).map(({ position }) => position);
  const [forgotten, ...more] = of('account.erased');
  expect(more).toEqual([]);
  expect(of('asset.erased')).toHaveLength(2);
  expect(of('erasure.certified')).toHaveLength(2);
  expect(forgotten).toBeGreaterThan(Math.max(...of('asset.erased'), ...of('erasure.certified')));
}

async function directoryEntries(tenant: TestTenant): Promise<number> {
  const client = new pg.Client({ connectionString: await service().databaseUrl() });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from keys.subjects where tenant = $1', [tenant.id]);
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

describe('what is reported as made from an asset that is deleted already', () => {
  const late = async (lineage: string): Promise<TestTenant> => {
    const tenant = await registerTenant(service(), { lineage });
    await tenant.report(note('root'), note('stranger'));
    await remove(tenant, 'root');
    await tenant.report(
      generation('child', { subject: 'ada', output: 'child', parents: ['stranger', 'root'] }),
      generation('grandchild', { subject: 'ada', output: 'grandchild', parents: ['child'] }),
    );
    return tenant;
  };

  it('is taken along where the policy says cascade, once its report is answered', async () => {
    const tenant = await late('cascade');
    expect(await listed(tenant, tenant.admin, 'ada')).toEqual(['stranger']);
  });

  it('is flagged where the policy says flag, and kept where it says keep', async () => {
    for (const [lineage, flagged] of [
      ['flag', ['child', 'grandchild']],
      ['keep', []],
    ] as const) {
      const tenant = await late(lineage);
      expect((await listed(tenant, tenant.admin, 'ada')).sort()).toEqual(['child', 'grandchild', 'stranger']);
      await vi.waitFor(async () => {
        const trail = await tenant.auditor.get(tenant.path('/audit?action=lineage.flagged'));
        expect(
          trail
            .as(auditAnswer)
            .items.map(({ target }) => target)
            .sort(),
        ).toEqual(flagged);
      }, SOON);
    }
  });
});

/** Every way in which an asset can come to be deleted by somebody's word. */
const DOORS: Readonly<Record<string, (tenant: TestTenant, asset: string) => Promise<unknown>>> = {
  'its address': remove,
  'a deletion request': (tenant, asset) =>
    tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', asset }),
  'a reported event': (tenant, asset) =>
    tenant.report(cloudEvent('deletion.requested', { subject: asset, data: {} })),
  'personal data in it': (tenant, asset) =>
    tenant.report(cloudEvent('pii.flagged', { subject: asset, data: {} })),
};

describe.each(Object.entries(DOORS))(
  'what descends from an asset that is deleted through %s',
  (_door, open) => {
    const family = async (lineage: string): Promise<TestTenant> => {
      const tenant = await registerTenant(service(), { lineage, piiAction: 'delete' });
      await tenant.report(note('root'), note('stranger'));
      await tenant.report(
        generation('child', { subject: 'ada', output: 'child', parents: ['root'] }),
        generation('grandchild', { subject: 'ada', output: 'grandchild', parents: ['child', 'stranger'] }),
      );
      await open(tenant, 'root');
      return tenant;
    };
    const flagged = async (tenant: TestTenant): Promise<(string | null)[]> => {
      const trail = await tenant.auditor.get(tenant.path('/audit?action=lineage.flagged'));
      return trail.as(auditAnswer).items.map(({ target }) => target);
    };
    const visible = async (tenant: TestTenant): Promise<string[]> =>
      (await listed(tenant, tenant.admin, 'ada')).sort();

    it('is kept where the policy says keep', async () => {
      const tenant = await family('keep');
      await vi.waitFor(
        async () => expect(await visible(tenant)).toEqual(['child', 'grandchild', 'stranger']),
        SOON,
      );
      expect(await flagged(tenant)).toEqual([]);
    });

    it('is flagged where the policy says flag', async () => {
      const tenant = await family('flag');
      await vi.waitFor(
        async () => expect((await flagged(tenant)).sort()).toEqual(['child', 'grandchild']),
        SOON,
      );
      expect(await visible(tenant)).toEqual(['child', 'grandchild', 'stranger']);
    });

    it('goes along where the policy says cascade, even what was made a moment before', async () => {
      const tenant = await family('cascade');
      await vi.waitFor(async () => expect(await visible(tenant)).toEqual(['stranger']), SOON);
      expect((await tenant.admin.get(tenant.path('/assets/grandchild/content'))).status).toBe(410);
    });
  },
);
