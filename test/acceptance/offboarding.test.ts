import { beforeAll, describe, expect, it, vi } from 'vitest';
import { auditAnswer, problemAnswer } from '../support/service-answers.ts';
import { decodeEnvelope } from '../../src/domain/events/envelope.ts';
import { storedEvents } from '../support/service-event-log.ts';
import { placeHold, releaseHold } from '../support/service-holds.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { offboardingAnswer, type Offboarding } from '../support/offboarding.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { openContents, withVault } from '../support/service-vault.ts';
import { useService } from '../support/service.ts';
import { openEmbeddedKms } from '../../src/platform/keystore/embedded-kms.ts';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 30_000, interval: 50 };

async function inhabited(policy: Readonly<Record<string, unknown>> = {}): Promise<TestTenant> {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S', ...policy });
  await tenant.report(
    cloudEvent('account.registered', { data: { subject: 'ada', name: 'Ada L' } }),
    upload('picture', { subject: 'ada', content: 'a lighthouse' }),
    upload('sketch', { subject: 'ada', content: 'a boat' }),
  );
  return tenant;
}

const path = (tenant: TestTenant, rest = ''): string => tenant.path(`/offboarding${rest}`);
const announce = (tenant: TestTenant, notice = 'PT0S'): Promise<Answer> =>
  tenant.admin.post(path(tenant), { notice });
const confirm = (tenant: TestTenant, by: Caller): Promise<Answer> =>
  by.send('POST', path(tenant, '/confirm'));
const standing = async (tenant: TestTenant): Promise<Offboarding> =>
  (await tenant.auditor.get(path(tenant))).as(offboardingAnswer);
const survivorsOf = (tenant: string): string => join(service().keystoreDir, 'survivors', `${tenant}.1`);
const problem = (answer: Answer): string => answer.as(problemAnswer).code;

async function confirmed(tenant: TestTenant, notice?: string): Promise<Offboarding> {
  expect((await announce(tenant, notice)).status).toBe(201);
  const answer = await confirm(tenant, tenant.dpo);
  expect(answer.status, answer.text).toBe(200);
  return answer.as(offboardingAnswer);
}

const waiting = (tenant: TestTenant, ...waits: readonly string[]): Promise<void> =>
  vi.waitFor(async () => {
    expect(await standing(tenant)).toMatchObject({ status: 'confirmed', waits });
  }, PATIENCE);

const erased = (tenant: TestTenant): Promise<Offboarding> =>
  vi.waitFor(async () => {
    const found = await standing(tenant);
    expect(found.status).toBe('erased');
    return found;
  }, PATIENCE);

const audited = async (tenant: TestTenant, by: Caller = tenant.auditor): Promise<string[]> =>
  (await by.get(tenant.path('/audit?limit=500'))).as(auditAnswer).items.map(({ action }) => action);

describe('the end of a tenant', () => {
  const state: { tenant?: TestTenant; neighbour?: TestTenant; user?: Caller } = {};
  const tenant = (): TestTenant => state.tenant ?? expect.fail('no tenant');
  const neighbour = (): TestTenant => state.neighbour ?? expect.fail('no neighbour');

  beforeAll(async () => {
    state.tenant = await inhabited();
    state.neighbour = await inhabited();
    state.user = await tenant().user('ada');
    for (const { id } of [tenant(), neighbour()]) await writeFile(survivorsOf(id), '');
    expect(await openContents(service(), tenant().id, 'upload.received', 'safety')).toHaveLength(2);
  });

  it('is announced by one person and confirmed by another, and nobody approves his own', async () => {
    expect((await announce(tenant(), 'PT2S')).status).toBe(201);
    const own = await confirm(tenant(), tenant().admin);
    expect(own.status).toBe(403);
    expect(problem(own)).toBe('own-approval');
    expect(await standing(tenant())).toMatchObject({ status: 'announced' });
    await tenant().report(upload('late', { subject: 'ada', content: 'not yet read-only' }));
    expect((await confirm(tenant(), tenant().dpo)).status).toBe(200);
  });

  it('is read-only from then on, except for what people and courts are entitled to', async () => {
    const refused = [
      await tenant().tryReport(upload('later', { subject: 'ada', content: 'too late' })),
      await tenant().admin.put(tenant().path('/policy'), {}),
      await tenant().ingest.post(tenant().path('/training-uses'), { run: 'run', assets: ['picture'] }),
    ];
    expect(refused.map(problem)).toEqual(refused.map(() => 'tenant-offboarding'));
    expect((await state.user?.get(tenant().path('/assets/picture/content')))?.status).toBe(200);
    const order = { subject: 'ada', kind: 'training-opt-out' };
    expect((await tenant().dpo.post(tenant().path('/data-requests'), order)).status).toBe(201);
  });

  it('comes with a certificate that names every KMS key, once the notice is over and the evidence is out', async () => {
    const { certificate, report } = await erased(tenant());
    expect(report).not.toBeNull();
    expect(certificate).toMatchObject({ method: 'cryptographic-erase', standard: 'NIST SP 800-88 Rev. 2' });
    const types = ['key.created', 'key.rotated', 'tenant.erased'];
    const created = (await storedEvents(service()))
      .filter(event => event.tenant === tenant().id && types.includes(event.type))
      .map(({ envelope, position }) => ({ ...decodeEnvelope(envelope).data, position }));
    const end = created.at(-1);
    expect(end).toMatchObject({
      position: certificate?.position,
      certificate: certificate?.id,
      erasedAt: certificate?.erasedAt,
      report,
    });
    const keys = created.slice(0, -1).map(event => 'kmsKeyId' in event && event.kmsKeyId);
    expect(certificate?.kmsKeys).toEqual(keys);
  });

  it('leaves nothing that opens: no data key, no wrap outside the database, no root, no KMS key, no directory', async () => {
    const survivors = await readdir(join(service().keystoreDir, 'survivors'));
    expect(survivors).toEqual([basename(survivorsOf(neighbour().id))]);
    const all = await openContents(service(), tenant().id, 'upload.received', 'safety');
    expect(all).toEqual(['erased', 'erased', 'erased']);
    expect(await openContents(service(), tenant().id, 'account.registered')).toEqual(['erased']);
    await withVault(service(), async (vault, writer) => {
      await expect(vault.token(tenant().id, 'subject', 'ada')).rejects.toMatchObject({ code: 'key-erased' });
      const rows = async (sql: string) => (await writer.query(sql, [tenant().id])).rowCount;
      expect(await rows(`select from keys.data_keys where tenant = $1 and state <> 'erased'`)).toBe(0);
      expect(await rows('select from keys.roots where tenant = $1')).toBe(0);
      expect(await rows('select from keys.subjects where tenant = $1')).toBe(0);
    });
    const clock = { now: () => new Date() };
    const kms = await openEmbeddedKms({ dir: join(service().keystoreDir, 'kms'), clock });
    for (const key of (await standing(tenant())).certificate?.kmsKeys ?? []) {
      expect(await kms.describeKey(key)).toMatchObject({ state: 'destroyed' });
    }
  });

  it('answers 410 with the proof to those who could know, and 404 to those who could not', async () => {
    const { certificate } = await standing(tenant());
    const gone = [
      await tenant().tryReport(upload('later', { subject: 'ada', content: 'too late' })),
      await tenant().admin.get(tenant().path('/audit')),
      await tenant().dpo.get(tenant().path('/data-requests')),
      await state.user?.get(tenant().path('/assets/picture/content')),
      await tenant().admin.get(path(tenant())),
    ];
    for (const answer of gone) {
      expect(answer?.status, answer?.text).toBe(410);
      expect(answer?.as(problemAnswer)).toMatchObject({
        code: 'tenant-erased',
        erasure: { certificate: certificate?.id, erasedAt: certificate?.erasedAt },
      });
    }
    expect(problem(await neighbour().admin.get(path(tenant())))).toBe('tenant-not-found');
  });

  it('leaves metadata and proof readable for the auditor and the operator', async () => {
    for (const by of [tenant().auditor, service().operator]) {
      const actions = await audited(tenant(), by);
      expect(actions).toEqual(expect.arrayContaining(['upload.received', 'tenant.erased']));
    }
    expect((await service().operator.get(tenant().path('/policy'))).status).toBe(200);
    expect(await audited(tenant())).toEqual(
      expect.arrayContaining([
        'offboarding.announced',
        'offboarding.confirmed',
        'offboarding.exporting',
        'offboarding.started',
        'key.destroyed',
        'horizon.reached',
      ]),
    );
  });

  it('touches nobody else', async () => {
    const opened = await openContents(service(), neighbour().id, 'upload.received');
    expect(opened).toEqual([{ content: 'a lighthouse' }, { content: 'a boat' }]);
    await neighbour().report(upload('new', { subject: 'ada', content: 'a gull' }));
  });
});

describe('what an offboarding waits for', () => {
  it('is the notice', async () => {
    const tenant = await inhabited();
    expect(await confirmed(tenant, 'P30D')).toMatchObject({ status: 'confirmed' });
    await waiting(tenant, 'notice');
  });

  it('is the last minimum window, whatever the notice says (promises 9, 11)', async () => {
    const tenant = await inhabited({ minRetention: 'PT1H' });
    await confirmed(tenant);
    await waiting(tenant, 'retention');
    const { windowsEnd } = await standing(tenant);
    expect(Date.parse(windowsEnd ?? '')).toBeGreaterThan(Date.now());
  });

  it('is a hold in force; once it is released the keys go', async () => {
    const tenant = await inhabited();
    const id = await placeHold(tenant, { subject: 'ada' });
    await confirmed(tenant);
    await waiting(tenant, 'held');
    expect(await openContents(service(), tenant.id, 'upload.received', 'safety')).toHaveLength(2);
    await releaseHold(tenant, id);
    await erased(tenant);
  });
});

describe('an offboarding', () => {
  it('is withdrawn until the destruction begins: the tenant is open again', async () => {
    const tenant = await inhabited();
    await confirmed(tenant, 'P30D');
    expect(problem(await tenant.tryReport(upload('x', { subject: 'ada' })))).toBe('tenant-offboarding');
    expect((await tenant.admin.delete(path(tenant))).status).toBe(200);
    await tenant.report(upload('x', { subject: 'ada', content: 'open again' }));
    expect(await standing(tenant)).toMatchObject({ status: 'none' });
  });

  it('is not announced twice, not confirmed or withdrawn before, and only by who may', async () => {
    const tenant = await inhabited();
    expect(problem(await confirm(tenant, tenant.dpo))).toBe('offboarding-not-found');
    expect(problem(await tenant.admin.delete(path(tenant)))).toBe('offboarding-not-found');
    expect(problem(await tenant.dpo.post(path(tenant), {}))).toBe('forbidden');
    expect((await announce(tenant, 'P30D')).status).toBe(201);
    expect(problem(await announce(tenant))).toBe('offboarding-exists');
    expect(problem(await confirm(tenant, tenant.auditor))).toBe('forbidden');
  });
});
