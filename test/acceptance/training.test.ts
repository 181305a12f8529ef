import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditAnswer, problemAnswer } from '../support/service-answers.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });

const useAnswer = z.looseObject({ asset: z.string(), used: z.boolean(), reason: z.string().optional() });
const usesAnswer = z.looseObject({ uses: z.array(useAnswer), position: z.int() });

const train = (tenant: TestTenant, run: string, ...assets: readonly string[]) =>
  tenant.ingest.post(tenant.path('/training-uses'), { run, assets });

/** Log position of a tenant's last answer: what is read of the trail has to hold it. */
const last = new Map<string, number>();

/** `used`, or the reason why not, by asset. */
async function outcomes(tenant: TestTenant, run: string, ...assets: readonly string[]) {
  const answer = await train(tenant, run, ...assets);
  expect(answer.status, answer.text).toBe(200);
  const { uses, position } = answer.as(usesAnswer);
  last.set(tenant.id, position);
  return Object.fromEntries(uses.map(({ asset, used, reason }) => [asset, used ? 'used' : reason]));
}

const share = (asset: string, audience: string, consent?: string) =>
  cloudEvent('asset.shared', { subject: asset, data: { audience, ...(consent && { consent }) } });
const about = (type: string, subject: string, data = {}) => cloudEvent(type, { data: { subject, ...data } });

async function counted(outcome: string): Promise<number> {
  const { text } = await service().callerWith(undefined).get('/metrics');
  const line = new RegExp(`^lethe_training_decisions_total{outcome="${outcome}"} (\\d+)$`, 'm');
  return Number(line.exec(text)?.[1] ?? 0);
}

const recorded = async (tenant: TestTenant, action: string): Promise<(string | null)[]> => {
  const trail = await tenant.auditor.get(tenant.path(`/audit?action=${action}`), {
    'lethe-min-position': String(last.get(tenant.id) ?? 0),
  });
  return trail
    .as(auditAnswer)
    .items.map(({ target }) => target)
    .sort();
};

describe('where users may opt out (promise 24)', () => {
  it('an asset is used until its user opts out; each answer is on record and counted', async () => {
    const tenant = await registerTenant(service(), { pack: 'deepseek' });
    await tenant.report(upload('a', { subject: 'ada' }), upload('b', { subject: 'bob' }));
    const before = await counted('opted-out');
    expect(await outcomes(tenant, 'run-1', 'a', 'b')).toEqual({ a: 'used', b: 'used' });
    const order = { subject: 'ada', kind: 'training-opt-out' };
    expect((await tenant.dpo.post(tenant.path('/data-requests'), order)).status).toBe(201);
    expect(await outcomes(tenant, 'run-2', 'a', 'b')).toEqual({ a: 'opted-out', b: 'used' });
    expect(await counted('opted-out')).toBe(before + 1);
    expect(await recorded(tenant, 'training.used')).toEqual(['a', 'b', 'b']);
    expect(await recorded(tenant, 'training.denied')).toEqual(['a']);
  });

  it('the same run again counts once, and a later refusal still stands', async () => {
    const tenant = await registerTenant(service(), { pack: 'deepseek' });
    await tenant.report(upload('a', { subject: 'ada' }));
    expect(await outcomes(tenant, 'run-1', 'a', 'a')).toEqual({ a: 'used' });
    expect(await outcomes(tenant, 'run-1', 'a')).toEqual({ a: 'used' });
    expect(await recorded(tenant, 'training.used')).toEqual(['a']);
    await tenant.report(about('training.opted-out', 'ada'));
    expect(await outcomes(tenant, 'run-1', 'a')).toEqual({ a: 'opted-out' });
  });

  it('an objection, a flag that withholds, a deletion and an erasure each have their own reason', async () => {
    const tenant = await registerTenant(service(), {
      pack: 'deepseek',
      piiAction: 'hide',
      minRetention: 'PT1H',
    });
    await tenant.report(
      ...['objected', 'flagged', 'hidden'].map(name => upload(name, { subject: `of-${name}` })),
    );
    await tenant.report(
      about('processing.objected', 'of-objected', { purpose: 'training' }),
      cloudEvent('pii.flagged', { subject: 'flagged', data: {} }),
    );
    await tenant.admin.delete(tenant.path('/assets/hidden'));
    expect(await outcomes(tenant, 'run', 'objected', 'flagged', 'hidden')).toEqual({
      objected: 'objection',
      flagged: 'withheld',
      hidden: 'hidden',
    });
  });
});

describe('where nothing is trained on (promises 2, 36)', () => {
  it('every use is refused, whatever the user says', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(upload('a', { subject: 'ada' }), about('training.opted-in', 'ada'));
    expect(await outcomes(tenant, 'run', 'a')).toEqual({ a: 'policy-never' });
    expect(await recorded(tenant, 'training.used')).toEqual([]);
  });
});

describe('where only what is shared is trained on (promise 45)', () => {
  it('a use needs the sharing, the consent and the user’s opt-in, and names the consent', async () => {
    const tenant = await registerTenant(service(), { pack: 'clarifai' });
    const names = ['private', 'linked', 'unsigned', 'shared', 'taken-back'];
    await tenant.report(
      ...names.map(name => upload(name, { subject: 'ada' })),
      upload('silent', { subject: 'eve' }),
      share('linked', 'link', 'c-1'),
      share('unsigned', 'community'),
      share('shared', 'community', 'c-2'),
      share('taken-back', 'community', 'c-3'),
      share('taken-back', 'link'),
      share('silent', 'community', 'c-4'),
      about('training.opted-in', 'ada'),
    );
    const answer = await train(tenant, 'run', ...names, 'silent');
    expect(answer.as(usesAnswer).uses).toEqual([
      { asset: 'private', used: false, reason: 'not-shared' },
      { asset: 'linked', used: false, reason: 'not-shared' },
      { asset: 'unsigned', used: false, reason: 'no-consent' },
      { asset: 'shared', used: true, consent: 'c-2' },
      { asset: 'taken-back', used: false, reason: 'not-shared' },
      { asset: 'silent', used: false, reason: 'no-consent' },
    ]);
  });
});

describe('a question about an asset that is not there', () => {
  it('is refused whole, by place, and nothing is on record', async () => {
    const tenant = await registerTenant(service(), { pack: 'deepseek' });
    await tenant.report(upload('a', { subject: 'ada' }));
    const problem = (await train(tenant, 'run', 'a', 'nowhere')).as(problemAnswer);
    expect(problem).toMatchObject({ status: 404, code: 'asset-not-found', errors: [{ index: 1 }] });
    expect(await recorded(tenant, 'training.used')).toEqual([]);
  });
});
