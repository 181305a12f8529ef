import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { problemAnswer } from '../../support/service-answers.ts';
import { askFor, checkedBundle, download, until } from '../../support/service-reports.ts';
import { registerTenant, upload, type TestTenant } from '../../support/service-tenant.ts';
import { useService } from '../../support/service.ts';

const service = useService({ database: 'shared', env: { LETHE_EXPORT_LIFE: 'PT6S' } });
const NOBODY = '018f0000-0000-7000-8000-000000000000';
const PATIENCE = { timeout: 30_000, interval: 100 };

const filesOf = async ({ id }: TestTenant): Promise<string[]> =>
  readdir(join(service().dataDir, 'exports', id)).catch(() => []);
const codeOf = (bytes: Buffer): string => problemAnswer.parse(JSON.parse(bytes.toString('utf8'))).code;

describe('the end of a report', () => {
  it('comes by itself: its key is destroyed, its file is gone, and it is told so', async () => {
    const tenant = await registerTenant(service());
    const key = await tenant.key('dpo');
    const { report } = await checkedBundle(service(), tenant, key, { kind: 'retention' });
    expect(await filesOf(tenant)).toEqual([report]);
    const ended = await until(tenant, tenant.dpo, report, 'expired');
    expect(ended.reason).toBe('expired');
    expect(await filesOf(tenant)).toEqual([]);
    const refused = await download(service(), tenant, key, report);
    expect([refused.status, codeOf(refused.bytes)]).toEqual([410, 'report-expired']);
  });

  it('comes on demand, once', async () => {
    const tenant = await registerTenant(service());
    const key = await tenant.key('dpo');
    const { report } = await checkedBundle(service(), tenant, key, { kind: 'hold' });
    const path = tenant.path(`/reports/${report}`);
    expect((await tenant.dpo.delete(path)).status).toBe(200);
    expect(await filesOf(tenant)).toEqual([]);
    expect((await until(tenant, tenant.dpo, report, 'expired')).reason).toBe('withdrawn');
    const again = await tenant.dpo.delete(path);
    expect([again.status, again.as(problemAnswer).code]).toEqual([410, 'report-expired']);
  });
});

describe('a report that a process died over', () => {
  it('is built again from the start: half-written files go, and the bundle is whole', async () => {
    const tenant = await registerTenant(service());
    const key = await tenant.key('dpo');
    const orders = Array.from({ length: 4 }, () => askFor(tenant, tenant.dpo, { kind: 'soc2-evidence' }));
    const reports = await Promise.all(orders);
    // One of them is being written.
    await vi.waitFor(async () => expect((await filesOf(tenant)).length).toBeGreaterThan(0), {
      ...PATIENCE,
      interval: 2,
    });
    await service().kill();
    await service().start();
    for (const report of reports) {
      await vi.waitFor(async () => {
        const { status, bytes } = await download(service(), tenant, key, report);
        expect([200, 410], bytes.toString('utf8', 0, 300)).toContain(status);
      }, PATIENCE);
    }
    const { bundle } = await checkedBundle(service(), tenant, key, { kind: 'soc2-evidence' });
    expect(bundle.paths.at(-1)).toBe('manifest.json');
    expect((await filesOf(tenant)).filter(name => name.endsWith('.part'))).toEqual([]);
  });
});

describe('who may ask for what', () => {
  it('a user for its own reports only; those of others do not exist for it', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(
      upload('mine', { subject: 'me@example.test', content: 'x' }),
      upload('theirs', { subject: 'them@example.test', content: 'y' }),
    );
    const me = await tenant.user('me@example.test');
    const ask = (order: unknown) => me.post(tenant.path('/reports'), order);
    for (const kind of ['retention', 'soc2-evidence', 'confirmation']) {
      const refused = await ask({ kind });
      expect([refused.status, refused.as(problemAnswer).code], kind).toEqual([403, 'forbidden']);
    }
    const other = await ask({ kind: 'access', subject: 'them@example.test' });
    const nobody = await ask({ kind: 'access', subject: 'nobody@example.test' });
    expect([other.status, nobody.status]).toEqual([404, 404]);
    const theirs = await askFor(tenant, tenant.dpo, { kind: 'access', subject: 'them@example.test' });
    const hidden = await me.get(tenant.path(`/reports/${theirs}`));
    expect([hidden.status, hidden.as(problemAnswer).code]).toEqual([404, 'report-not-found']);
    expect((await me.get(tenant.path('/reports'))).text).not.toContain(theirs);
    expect((await me.delete(tenant.path(`/reports/${theirs}`))).status).toBe(404);
  });

  it('an auditor and an operator for none that is about a user', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(upload('one', { subject: 'me@example.test', content: 'x' }));
    for (const who of [tenant.auditor, service().operator]) {
      for (const kind of ['access', 'portability', 'erasure-receipt', 'statement-of-reasons']) {
        const refused = await who.post(tenant.path('/reports'), { kind, subject: 'me@example.test' });
        expect([refused.status, refused.as(problemAnswer).code], kind).toEqual([403, 'forbidden']);
      }
      expect((await who.post(tenant.path('/reports'), { kind: 'retention' })).status).toBe(202);
    }
    expect((await tenant.ingest.post(tenant.path('/reports'), { kind: 'retention' })).status).toBe(403);
  });
});

describe('a flood of orders', () => {
  it('by one user is refused after some, and everybody else is served', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(upload('one', { subject: 'busy@example.test', content: 'x' }));
    const user = await tenant.user('busy@example.test');
    const order = () => user.post(tenant.path('/reports'), { kind: 'access' });
    const wave = async () =>
      (await Promise.all(Array.from({ length: 15 }, order))).find(({ status }) => status !== 202);
    let refused = await wave();
    for (let waves = 1; refused === undefined && waves < 40; waves++) refused = await wave();
    expect([refused?.status, refused?.as(problemAnswer).code]).toEqual([429, 'too-many-reports']);
    const hold = await askFor(tenant, tenant.dpo, { kind: 'hold' });
    await until(tenant, tenant.dpo, hold, 'issued');
  });
});

describe('bad input', () => {
  it('is refused with a code of its own, and asks for nothing', async () => {
    const tenant = await registerTenant(service());
    await tenant.report(upload('one', { subject: 'me@example.test', content: 'x' }));
    const cases: [unknown, number, string][] = [
      [{}, 400, 'invalid-request'],
      [{ kind: 'gossip' }, 400, 'invalid-request'],
      [{ kind: 'retention', colour: 'red' }, 400, 'invalid-request'],
      [{ kind: 'retention', from: 'yesterday' }, 400, 'invalid-request'],
      [{ kind: 'access' }, 422, 'report-subject-required'],
      [{ kind: 'retention', subject: 'me@example.test' }, 422, 'report-subject-refused'],
      [{ kind: 'retention', request: NOBODY }, 422, 'report-subject-refused'],
      [
        { kind: 'access', subject: 'me@example.test', from: '2026-01-01T00:00:00Z' },
        422,
        'report-period-invalid',
      ],
      [
        { kind: 'retention', from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
        ...([422, 'report-period-invalid'] as const),
      ],
      [{ kind: 'retention', from: '2999-01-01T00:00:00Z' }, 422, 'report-period-invalid'],
      [{ kind: 'access', subject: 'nobody@example.test' }, 404, 'subject-not-found'],
      [{ kind: 'erasure-receipt', subject: 'me@example.test' }, 404, 'deletion-request-not-found'],
      [{ kind: 'erasure-receipt', request: NOBODY }, 404, 'deletion-request-not-found'],
    ];
    for (const [order, status, code] of cases) {
      const refused = await tenant.dpo.post(tenant.path('/reports'), order);
      expect([refused.status, refused.as(problemAnswer).code], JSON.stringify(order)).toEqual([status, code]);
    }
    expect((await tenant.dpo.get(tenant.path('/reports'))).text).toBe('{"items":[]}');
    const long = await tenant.dpo.get(tenant.path(`/reports/${'a'.repeat(4_000)}`));
    expect([long.status, long.as(problemAnswer).code]).toEqual([400, 'invalid-request']);
  });

  it('is told of a report that there is none of', async () => {
    const tenant = await registerTenant(service());
    const paths = [`/reports/${NOBODY}`, `/reports/${NOBODY}/bundle`];
    for (const path of paths) {
      const refused = await tenant.dpo.get(tenant.path(path));
      expect([refused.status, refused.as(problemAnswer).code]).toEqual([404, 'report-not-found']);
    }
    expect((await tenant.dpo.get(tenant.path('/reports/no-id'))).status).toBe(400);
    expect((await tenant.dpo.get(tenant.path('/reports?cursor=x'))).as(problemAnswer).code).toBe(
      'cursor-invalid',
    );
    for (const document of ['receipt', 'certificate']) {
      const refused = await tenant.dpo.get(tenant.path(`/deletion-requests/${NOBODY}/${document}`));
      expect(refused.as(problemAnswer).code).toBe('deletion-request-not-found');
    }
  });

  it('does not leave while it is being built', async () => {
    const tenant = await registerTenant(service());
    const key = await tenant.key('dpo');
    const report = await askFor(tenant, tenant.dpo, { kind: 'retention' });
    const early = await download(service(), tenant, key, report);
    if (early.status !== 200) expect([early.status, codeOf(early.bytes)]).toEqual([409, 'report-not-ready']);
    await until(tenant, tenant.dpo, report, 'issued');
  });
});

it('the schemas of receipt and certificate are open to everyone', async () => {
  for (const file of ['erasure-receipt', 'erasure-certificate']) {
    const answer = await service().callerWith(undefined).get(`/schemas/${file}.schema.json`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/schema+json');
  }
});
