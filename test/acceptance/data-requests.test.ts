import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { auditAnswer, deletionAnswer, problemAnswer, requestAnswer } from '../support/service-answers.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { openContents } from '../support/service-vault.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 30_000, interval: 50 };
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

const dataRequest = z.looseObject({
  id: z.uuid(),
  kind: z.string(),
  state: z.string(),
  receivedAt: z.iso.datetime(),
  dueBy: z.iso.datetime(),
  outcome: z.string().nullable(),
  ground: z.string().nullable(),
  report: z.string().nullable(),
  sha256: z.string().nullable(),
  deletion: z.string().nullable(),
  position: z.int(),
});
const listed = z.looseObject({
  items: z.array(
    dataRequest.extend({ routedTo: z.string(), handedOverAt: z.string().nullable(), overdue: z.boolean() }),
  ),
});
type DataRequest = z.infer<typeof dataRequest>;

async function ada(policy: Readonly<Record<string, unknown>> = {}): Promise<[TestTenant, Caller]> {
  const tenant = await registerTenant(service(), { pack: 'deepseek', ...policy });
  await tenant.report(
    cloudEvent('account.registered', { data: { subject: 'ada', name: 'Ada L', attestation: 'adult' } }),
    upload('picture', { subject: 'ada', content: 'a lighthouse' }),
  );
  return [tenant, await tenant.user('ada')];
}

const ask = (tenant: TestTenant, caller: Caller, order: Readonly<Record<string, unknown>>): Promise<Answer> =>
  caller.post(tenant.path('/data-requests'), { subject: 'ada', ...order });

async function received(answer: Promise<Answer>): Promise<DataRequest> {
  const given = await answer;
  expect(given.status, given.text).toBe(201);
  return given.as(dataRequest);
}

const one = async (tenant: TestTenant, id: string): Promise<DataRequest> =>
  (await tenant.dpo.get(tenant.path(`/data-requests/${id}`))).as(dataRequest);

const step = (tenant: TestTenant, caller: Caller, id: string, name: string, body: unknown): Promise<Answer> =>
  caller.post(tenant.path(`/data-requests/${id}/${name}`), body);

const actions = async (tenant: TestTenant, action: string): Promise<number> =>
  (await tenant.auditor.get(tenant.path(`/audit?action=${action}`))).as(auditAnswer).items.length;

const overdueMetric = async (): Promise<number> => {
  const { text } = await service().callerWith(undefined).get('/metrics');
  return Number(/^lethe_data_requests_overdue (\d+)$/m.exec(text)?.[1]);
};

describe('what a person asks for is done', () => {
  it.each(['access', 'portability'])('%s: answered with the hash of a report', async kind => {
    const [tenant, user] = await ada();
    const asked = await received(ask(tenant, user, { kind }));
    expect(asked).toMatchObject({ kind, state: 'answering', outcome: null });
    const answered = await vi.waitFor(async () => {
      const found = await one(tenant, asked.id);
      expect(found.state).toBe('answered');
      return found;
    }, PATIENCE);
    expect(answered).toMatchObject({ outcome: 'fulfilled', report: asked.report });
    expect(answered.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('correction: the new profile is sealed, and nothing of it is in the answer', async () => {
    const [tenant, user] = await ada();
    const answer = await ask(tenant, user, { kind: 'correction', profile: { name: 'Ada Lovelace' } });
    expect(answer.as(dataRequest)).toMatchObject({ state: 'answered', outcome: 'fulfilled' });
    expect(answer.text).not.toContain('Lovelace');
    expect(await openContents(service(), tenant.id, 'account.corrected')).toEqual([{ name: 'Ada Lovelace' }]);
  });

  it('objection: the purpose is closed from then on, and no other', async () => {
    const [tenant, user] = await ada();
    const check = (purpose: string) => tenant.ingest.get(tenant.path(`/subjects/ada/purposes/${purpose}`));
    expect((await check('analytics')).status).toBe(200);
    const asked = await received(ask(tenant, user, { kind: 'objection', purpose: 'analytics' }));
    expect(asked.outcome).toBe('fulfilled');
    const refused = await check('analytics');
    expect(refused.status).toBe(403);
    expect(refused.as(problemAnswer).code).toBe('purpose-closed');
    expect((await check('training')).status).toBe(200);
  });

  it('training opt-out and opt-in: the last word counts', async () => {
    const [tenant, user] = await ada();
    const check = () => tenant.ingest.get(tenant.path('/subjects/ada/purposes/training'));
    await received(ask(tenant, user, { kind: 'training-opt-out' }));
    expect((await check()).as(problemAnswer).code).toBe('purpose-closed');
    await received(ask(tenant, user, { kind: 'training-opt-in', consent: 'consent-1' }));
    expect((await check()).status).toBe(200);
  });

  it('deletion: the asset is hidden with the answer, under a deletion request of its own', async () => {
    const [tenant, user] = await ada();
    const asked = await received(ask(tenant, user, { kind: 'deletion', asset: 'picture' }));
    expect(asked.outcome).toBe('fulfilled');
    expect((await user.get(tenant.path('/assets/picture/content'))).status).toBe(410);
    const request = await user.get(tenant.path(`/deletion-requests/${asked.deletion ?? ''}`));
    expect(request.as(requestAnswer)).toMatchObject({ state: 'hidden' });
  });

  it('account deletion: everything is hidden with the answer, and erased once the windows end', async () => {
    const [tenant, user] = await ada({ minRetention: 'PT0S' });
    const asked = await received(ask(tenant, user, { kind: 'account-deletion' }));
    expect(asked.outcome).toBe('fulfilled');
    expect((await user.get(tenant.path('/assets/picture/content'))).status).toBe(410);
    await vi.waitFor(async () => {
      const request = await tenant.dpo.get(tenant.path(`/deletion-requests/${asked.deletion ?? ''}`));
      expect(request.as(requestAnswer).state).toBe('erased');
    }, PATIENCE);
    expect((await one(tenant, asked.id)).outcome).toBe('fulfilled');
  });
});

describe('the month of GDPR Art. 12(3)', () => {
  it('counts from when the person asked, and an overdue request is an alarm until it is answered', async () => {
    const [tenant] = await ada({ pack: 'neurasea' });
    const before = await overdueMetric();
    const order = { kind: 'access', receivedAt: daysAgo(60) };
    const asked = await received(ask(tenant, tenant.ingest, order));
    expect(Date.parse(asked.dueBy)).toBeLessThan(Date.now());
    await vi.waitFor(async () => expect(await overdueMetric()).toBe(before + 1), PATIENCE);
    const items = (await tenant.dpo.get(tenant.path('/data-requests'))).as(listed).items;
    expect(items).toMatchObject([{ id: asked.id, overdue: true }]);
    const verdict = { outcome: 'refused', ground: 'identity-not-established' };
    expect((await step(tenant, tenant.dpo, asked.id, 'fulfil', verdict)).status).toBe(200);
    await vi.waitFor(async () => expect(await overdueMetric()).toBe(before), PATIENCE);
    expect((await one(tenant, asked.id)).ground).toBe('identity-not-established');
  });

  it('is extended by two further months in all, and the later date stands in the list', async () => {
    const [tenant] = await ada({ pack: 'neurasea' });
    const asked = await received(ask(tenant, tenant.dpo, { kind: 'access' }));
    const extend = (months: number) =>
      step(tenant, tenant.dpo, asked.id, 'extend', { months, reason: 'complexity' });
    const extended = (await extend(1)).as(dataRequest);
    expect(Date.parse(extended.dueBy)).toBeGreaterThan(Date.parse(asked.dueBy));
    expect((await extend(2)).as(problemAnswer).code).toBe('extension-used-up');
    const items = (await tenant.dpo.get(tenant.path('/data-requests'))).as(listed).items;
    expect(items).toMatchObject([{ dueBy: extended.dueBy, extendedMonths: 1 }]);
  });

  it('is not extended once it is over', async () => {
    const [tenant] = await ada({ pack: 'neurasea' });
    const asked = await received(ask(tenant, tenant.dpo, { kind: 'access', receivedAt: daysAgo(60) }));
    const answer = await step(tenant, tenant.dpo, asked.id, 'extend', { months: 1, reason: 'complexity' });
    expect(answer.as(problemAnswer)).toMatchObject({ status: 409, code: 'data-request-overdue' });
    await step(tenant, tenant.dpo, asked.id, 'fulfil', { outcome: 'refused', ground: 'excessive' });
  });
});

describe('where the organisation’s administrator comes first (promise 21)', () => {
  it('nothing is done before the request is handed over, and then the platform acts', async () => {
    const [tenant, user] = await ada({ pack: 'neurasea' });
    const asked = await received(ask(tenant, user, { kind: 'deletion', asset: 'picture' }));
    expect(asked).toMatchObject({ state: 'with-organisation', outcome: null });
    expect((await user.get(tenant.path('/assets/picture/content'))).status).toBe(200);
    const handed = await step(tenant, tenant.admin, asked.id, 'hand-over', { to: 'platform' });
    expect(handed.as(dataRequest)).toMatchObject({ state: 'answered', outcome: 'fulfilled' });
    expect((await user.get(tenant.path('/assets/picture/content'))).status).toBe(410);
    const [item] = (await tenant.dpo.get(tenant.path('/data-requests'))).as(listed).items;
    expect(item).toMatchObject({ routedTo: 'organisation', handedOverAt: expect.any(String) as string });
  });

  it('the administrator who fulfils it has it done', async () => {
    const [tenant, user] = await ada({ pack: 'neurasea' });
    const asked = await received(
      ask(tenant, user, { kind: 'correction', profile: { name: 'Ada Lovelace' } }),
    );
    expect(await actions(tenant, 'account.corrected')).toBe(0);
    const done = await step(tenant, tenant.admin, asked.id, 'fulfil', { outcome: 'fulfilled' });
    expect(done.as(dataRequest)).toMatchObject({ state: 'answered', outcome: 'fulfilled' });
    expect(await openContents(service(), tenant.id, 'account.corrected')).toEqual([{ name: 'Ada Lovelace' }]);
  });

  it('a refusal is put on record with its ground, and nothing is done', async () => {
    const [tenant, user] = await ada({ pack: 'neurasea' });
    const asked = await received(ask(tenant, user, { kind: 'deletion', asset: 'picture' }));
    const verdict = { outcome: 'refused', ground: 'legal-claims' };
    const refused = await step(tenant, tenant.admin, asked.id, 'fulfil', verdict);
    expect(refused.as(dataRequest)).toMatchObject({ state: 'answered', ...verdict });
    expect((await user.get(tenant.path('/assets/picture/content'))).status).toBe(200);
  });
});

describe('a data request', () => {
  it('is found by its person, and by nobody else’s key', async () => {
    const [tenant, user] = await ada();
    const stranger = await tenant.user('eve');
    const asked = await received(ask(tenant, user, { kind: 'training-opt-out' }));
    const path = tenant.path(`/data-requests/${asked.id}`);
    expect((await user.get(path)).status).toBe(200);
    expect((await stranger.get(path)).as(problemAnswer).code).toBe('data-request-not-found');
    const items = (caller: Caller) => caller.get(tenant.path('/data-requests'));
    expect((await items(user)).as(listed).items).toHaveLength(1);
    expect((await items(stranger)).as(listed).items).toHaveLength(0);
  });

  it('is asked for again in vain once the account is deleted, where there is nothing left to change', async () => {
    const [tenant, user] = await ada();
    const order = { subject: 'ada', scope: 'account' };
    (await user.post(tenant.path('/deletion-requests'), order)).as(deletionAnswer);
    const answer = await ask(tenant, tenant.dpo, { kind: 'training-opt-out' });
    expect(answer.as(problemAnswer)).toMatchObject({ status: 410, code: 'account-deleted' });
    expect((await received(ask(tenant, tenant.dpo, { kind: 'access' }))).state).toBe('answering');
  });
});
