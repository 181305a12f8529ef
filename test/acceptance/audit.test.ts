import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { auditAnswer, auditEntryAnswer, keyAnswer, problemAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import {
  generation,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const service = useService({ database: 'shared' });
const day = (text: string): CloudEvent => ({ time: `${text}T12:00:00Z` });
const counts = z.looseObject({
  days: z.array(z.looseObject({ day: z.string(), action: z.string(), outcome: z.string(), events: z.int() })),
});

let tenant: TestTenant;
let other: TestTenant;
let position = 0;
beforeAll(async () => {
  [tenant, other] = await Promise.all([registerTenant(service()), registerTenant(service())]);
  position = await tenant.report(
    upload('a', { subject: 'ada', content: 'x' }, day('2026-02-03')),
    upload('b', { subject: 'ada', content: 'x' }, day('2026-02-01')),
    generation('c', { subject: 'bob', output: 'x' }, day('2026-02-02')),
    upload('d', { subject: 'bob', content: 'x' }, day('2026-02-02')),
  );
  position = Math.max(
    position,
    await other.report(upload('z', { subject: 'eve', content: 'x' }, day('2026-02-02'))),
  );
});

const targets = async (who: Caller, path: string): Promise<(string | null)[]> => {
  const answer = await who.get(path, { 'lethe-min-position': String(position) });
  expect(answer.status, answer.text).toBe(200);
  return answer.as(auditAnswer).items.map(({ target }) => target);
};
const period = 'from=2026-02-01T00:00:00Z&to=2026-02-04T00:00:00Z';

describe('the audit trail over HTTP', () => {
  it('is sorted by the time that things happened at, either way, and paged by cursor', async () => {
    const { auditor } = tenant;
    expect(await targets(auditor, tenant.path(`/audit?${period}`))).toEqual(['a', 'd', 'c', 'b']);
    const oldest = `${period}&order=oldest-first`;
    expect(await targets(auditor, tenant.path(`/audit?${oldest}`))).toEqual(['b', 'c', 'd', 'a']);
    const seen: (string | null)[] = [];
    let cursor = '';
    do {
      const page = (await auditor.get(tenant.path(`/audit?${oldest}&limit=1${cursor}`))).as(auditAnswer);
      seen.push(...page.items.map(({ target }) => target));
      cursor = page.next === undefined ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(seen).toEqual(['b', 'c', 'd', 'a']);
  });

  it('is narrowed by every filter together', async () => {
    const all = `/audit?${period}&role=ingest&action=upload.*&outcome=ok&policy=1`;
    expect(await targets(tenant.auditor, tenant.path(all))).toEqual(['a', 'd', 'b']);
    expect(await targets(tenant.auditor, tenant.path(`${all}&target=d`))).toEqual(['d']);
    expect(await targets(tenant.auditor, tenant.path(`${all}&target=c`))).toEqual([]);
    expect(await targets(tenant.auditor, tenant.path('/audit?policy=2'))).toEqual([]);
  });

  it('counts by day', async () => {
    const answer = await tenant.auditor.get(
      tenant.path('/audit/counts?from=2026-02-01&to=2026-02-02&action=upload.*'),
    );
    expect(answer.as(counts).days).toEqual([
      { day: '2026-02-01', action: 'upload.received', outcome: 'ok', events: 1 },
      { day: '2026-02-02', action: 'upload.received', outcome: 'ok', events: 1 },
    ]);
  });

  it('goes out whole as NDJSON and as CSV', async () => {
    const path = tenant.path(`/audit?${period}`);
    const ndjson = await tenant.auditor.get(path, { accept: 'application/x-ndjson' });
    expect(ndjson.lines(auditEntryAnswer).map(({ target }) => target)).toEqual(['b', 'c', 'd', 'a']);
    const csv = (await tenant.auditor.get(path, { accept: 'text/csv' })).text.trimEnd().split('\r\n');
    expect(csv).toHaveLength(5);
    expect(csv[1]).toContain(',upload.received,');
  });

  it.each([
    ['/audit?action=DROP', 'invalid-request'],
    ['/audit?order=sideways', 'invalid-request'],
    ['/audit?case=1', 'invalid-request'],
    ['/audit?cursor=WzFd', 'cursor-invalid'],
    ['/audit/counts?from=yesterday', 'invalid-request'],
    ['/audit/counts?limit=5', 'invalid-request'],
  ])('refuses %s as %s', async (path, code) => {
    const answer = await tenant.auditor.get(tenant.path(path));
    expect(answer.status).toBe(400);
    expect(answer.as(problemAnswer).code).toBe(code);
  });
});

describe('the audit trail across tenants', () => {
  const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();
  const issue = async () => {
    const order = { role: 'cross-tenant-auditor', expiresAt: soon() };
    const issued = await service().operator.post('/v1/api-keys', order);
    expect(issued.status, issued.text).toBe(201);
    return issued.as(keyAnswer);
  };
  const trail = (of: TestTenant, action: string): Promise<(string | null)[]> =>
    targets(of.auditor, of.path(`/audit?action=${action}&role=cross-tenant-auditor`));

  it('is open to its own role alone: neither the operator nor anybody of a tenant', async () => {
    for (const caller of [service().operator, tenant.auditor, tenant.admin]) {
      const answer = await caller.get('/v1/audit');
      expect(answer.status).toBe(403);
      expect(answer.as(problemAnswer).code).toBe('forbidden');
    }
    const { key } = await issue();
    const auditor = service().callerWith(key);
    expect((await auditor.get(tenant.path('/audit'))).status).toBe(404);
    expect(
      (await tenant.admin.post('/v1/api-keys', { role: 'cross-tenant-auditor', expiresAt: soon() })).status,
    ).toBe(403);
    const inTenant = await tenant.admin.post(tenant.path('/api-keys'), { role: 'cross-tenant-auditor' });
    expect(inTenant.status).toBe(400);
  });

  it('shows every tenant’s entries, and each tenant sees that in its own trail', async () => {
    const { id, key } = await issue();
    const auditor = service().callerWith(key);
    const path = `/v1/audit?${period}&action=upload.received`;
    expect(await targets(auditor, path)).toEqual(['a', 'z', 'd', 'b']);
    expect(await targets(auditor, `${path}&tenant=${other.id}`)).toEqual(['z']);
    await vi.waitFor(async () => {
      expect(await trail(tenant, 'records.viewed')).toHaveLength(1);
      expect(await trail(other, 'records.viewed')).toHaveLength(2);
    }, PATIENCE);
    for (const of of [tenant, other]) {
      expect(await targets(of.auditor, of.path('/audit?action=credential.issued'))).toContain(id);
    }
  });

  it('closes with the revocation of the key, which every tenant sees too', async () => {
    const { id, key } = await issue();
    expect((await service().operator.delete(`/v1/api-keys/${id}`)).status).toBe(200);
    await vi.waitFor(
      async () => expect((await service().callerWith(key).get('/v1/audit')).status).toBe(401),
      { timeout: 5_000, interval: 50 },
    );
    const unknown = await service().operator.delete('/v1/api-keys/0000000000000000');
    expect(unknown.as(problemAnswer).code).toBe('credential-not-found');
    await vi.waitFor(async () => {
      for (const of of [tenant, other]) {
        expect(await targets(of.auditor, of.path('/audit?action=credential.revoked'))).toContain(id);
      }
    }, PATIENCE);
  });

  it.each([
    { role: 'cross-tenant-auditor', expiresAt: '2020-01-01T00:00:00Z' },
    { role: 'cross-tenant-auditor', expiresAt: '2999-01-01T00:00:00Z' },
  ])('hands out no key that ends at $expiresAt', async order => {
    const answer = await service().operator.post('/v1/api-keys', order);
    expect(answer.status).toBe(422);
    expect(answer.as(problemAnswer).code).toBe('key-expiry-invalid');
  });
});
