import { beforeAll, describe, expect, it, vi } from 'vitest';
import { auditAnswer, problemAnswer } from '../support/service-answers.ts';
import {
  accessIn,
  askForAccess,
  fileOf,
  investigatorsOf,
  openCase,
  revealAnswer,
  type Asked,
  type Investigators,
} from '../support/service-cases.ts';
import type { Answer } from '../support/service-http.ts';
import { loggedEvents } from '../support/service-events.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const PLANTED = 'a lighthouse that nobody may see';
const SOON = { timeout: 20_000, interval: 50 };
const service = useService({ database: 'shared' });

interface Scene extends Investigators {
  readonly tenant: TestTenant;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

beforeAll(async () => {
  const tenant = await registerTenant(service());
  scene = { tenant, ...(await investigatorsOf(service(), tenant)) };
});

let made = 0;
/** An asset of its own for each test, linked to a case of its own. */
async function suspect(): Promise<{ readonly asset: string; readonly id: string }> {
  const asset = `suspect-${++made}`;
  await at().tenant.report(upload(asset, { subject: 'ada', content: PLANTED, ip: '192.0.2.7' }));
  return { asset, id: await openCase(at().tenant, at().one, { assets: [asset] }) };
}

async function asked(order: Readonly<Record<string, unknown>> = {}): Promise<Asked & { asset: string }> {
  const { asset, id } = await suspect();
  return { asset, ...(await askForAccess(at().tenant, at().one, id, { asset, ...order })) };
}

async function granted(order: Readonly<Record<string, unknown>> = {}): Promise<Asked & { asset: string }> {
  const access = await asked(order);
  expect((await access.approve(at().other)).status).toBe(200);
  return access;
}

/** Openings of an asset, as the log itself has them. */
const reveals = async (asset: string) =>
  (await loggedEvents(service(), at().tenant.id, 'access.revealed')).filter(
    ({ data }) => data.asset === asset,
  );

/** What was refused in a case, as the log itself has it. */
const refusals = async (id: string) =>
  (await loggedEvents(service(), at().tenant.id, 'access.denied'))
    .map(({ data }) => data)
    .filter(data => data.case === id);

/** Refused with the code, nothing of the content in it, nothing revealed; the refusal itself is on record. */
async function expectRefused(answer: Answer, code: string, { case: id, asset }: Asked & { asset: string }) {
  expect(answer.as(problemAnswer)).toMatchObject({ type: `/problems/${code}`, code });
  expect(answer.text).not.toContain(PLANTED);
  expect((await refusals(id)).map(({ reason }) => reason)).toContain(code);
  expect(await reveals(asset)).toEqual([]);
}

describe('content', () => {
  it('opens in a case that links it, approved by somebody else, and the opening is in the log', async () => {
    const access = await granted();
    const answer = await access.reveal(at().one);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.as(revealAnswer)).toMatchObject({
      asset: access.asset,
      events: [{ type: 'upload.received', content: { content: PLANTED } }],
    });
    expect(answer.text).not.toContain('192.0.2.7');
    const { position } = answer.as(revealAnswer);
    const [opening, ...more] = await reveals(access.asset);
    expect(more).toEqual([]);
    expect(opening?.data).toMatchObject({ case: access.case, purpose: 'safety', reason: 'abuse-report' });
    expect(opening?.data.approver).not.toBe(opening?.actor.id);
    const trail = await at().tenant.auditor.get(at().tenant.path(`/audit?case=${access.case}`), {
      'lethe-min-position': String(position),
    });
    expect(trail.as(auditAnswer).items[0]).toMatchObject({
      ...{ position, action: 'access.revealed', target: access.asset, purpose: 'safety', case: access.case },
    });
    const { accessRequests } = await fileOf(at().tenant, at().other, access.case);
    expect(accessRequests).toMatchObject([{ asset: access.asset, state: 'approved', reveals: 1 }]);
  });

  it('is revealed though its user has deleted it, until its window ends (promise 11)', async () => {
    const access = await granted();
    const gone = await at().tenant.admin.delete(at().tenant.path(`/assets/${access.asset}`));
    expect(gone.status).toBe(200);
    expect((await access.reveal(at().one)).text).toContain(PLANTED);
  });

  it('shows where it came from only where that was asked for and approved', async () => {
    const access = await granted({ parts: ['content', 'network'] });
    expect((await access.reveal(at().one)).as(revealAnswer)).toMatchObject({
      events: [{ content: { content: PLANTED }, network: { ip: '192.0.2.7' } }],
    });
  });

  it('leaves a record each time that it is opened', async () => {
    const access = await granted();
    await Promise.all([access.reveal(at().one), access.reveal(at().one), access.reveal(at().one)]);
    expect(await reveals(access.asset)).toHaveLength(3);
  });
});

describe('nothing opens', () => {
  it('for one investigator alone', async () => {
    const access = await asked();
    await expectRefused(await access.reveal(at().one), 'access-not-approved', access);
  });

  it('by one’s own approval', async () => {
    const access = await asked();
    await expectRefused(await access.approve(at().one), 'own-approval', access);
    expect((await access.reveal(at().one)).as(problemAnswer).code).toBe('access-not-approved');
  });

  it('to somebody else than who asked, who approved it included', async () => {
    const access = await granted();
    await expectRefused(await access.reveal(at().other), 'access-of-another', access);
  });

  it('once the time of the grant is over', async () => {
    const access = await granted({ duration: 'PT0.2S' });
    const answer = await vi.waitFor(async () => {
      const { accessRequests } = await fileOf(at().tenant, at().one, access.case);
      expect(accessRequests[0]?.state).toBe('expired');
      return access.reveal(at().one);
    }, SOON);
    await expectRefused(answer, 'access-expired', access);
  });

  it('by an approval that is sent again, before or after its time', async () => {
    const access = await granted({ duration: 'PT0.2S' });
    expect((await access.approve(at().other)).as(problemAnswer).code).toBe('access-not-pending');
    await vi.waitFor(async () => {
      const { accessRequests } = await fileOf(at().tenant, at().one, access.case);
      expect(accessRequests[0]?.state).toBe('expired');
    }, SOON);
    await expectRefused(await access.approve(at().tenant.dpo), 'access-not-pending', access);
    expect((await access.reveal(at().one)).as(problemAnswer).code).toBe('access-expired');
  });

  it('once the grant is given back', async () => {
    const access = await granted();
    expect((await access.close(at().one)).status).toBe(200);
    await expectRefused(await access.reveal(at().one), 'access-ended', access);
  });

  it('in a case that is decided, nor once it is reopened', async () => {
    const access = await granted();
    const step = (name: string, body: object) =>
      at().one.post(at().tenant.path(`/cases/${access.case}/${name}`), body);
    expect((await step('decision', { decision: 'no-action' })).status).toBe(200);
    await expectRefused(await access.reveal(at().one), 'case-closed', access);
    expect((await at().one.send('POST', at().tenant.path(`/cases/${access.case}/reopen`))).status).toBe(200);
    await expectRefused(await access.reveal(at().one), 'access-ended', access);
  });

  it('in another case of the tenant', async () => {
    const access = await granted();
    const { id } = await suspect();
    const elsewhere = { ...accessIn(at().tenant, id, access.request), asset: access.asset };
    const answer = await elsewhere.reveal(at().one);
    expect(answer.as(problemAnswer)).toMatchObject({ status: 404, code: 'access-request-not-found' });
    expect(await reveals(access.asset)).toEqual([]);
    expect(await refusals(id)).toEqual([
      { action: 'access.reveal', reason: 'access-request-not-found', case: id },
    ]);
  });

  it('in another tenant’s case, in the same words as for none', async () => {
    const access = await granted();
    const other = await registerTenant(service());
    const { one } = await investigatorsOf(service(), other);
    const answer = await accessIn(other, access.case, access.request).reveal(one);
    expect(answer.as(problemAnswer)).toMatchObject({ status: 404, code: 'case-not-found' });
    const none = await accessIn(other, '01890000-0000-7000-8000-000000000000', access.request).reveal(one);
    expect(none.as(problemAnswer).detail).toBe(answer.as(problemAnswer).detail);
    const across = await access.reveal(one);
    expect(across.as(problemAnswer)).toMatchObject({ status: 404, code: 'tenant-not-found' });
    expect(await reveals(access.asset)).toEqual([]);
  });

  it('of an asset that is not there', async () => {
    const { id } = await suspect();
    const order = { asset: 'nobody-s', reason: 'abuse-report', duration: 'PT5M' };
    const answer = await at().one.post(at().tenant.path(`/cases/${id}/access-requests`), order);
    expect(answer.as(problemAnswer)).toMatchObject({ status: 404, code: 'asset-not-found' });
    expect(await refusals(id)).toEqual([{ action: 'access.request', reason: 'asset-not-found', case: id }]);
  });

  it('of an asset that the case does not link', async () => {
    const { asset, id } = await suspect();
    const { asset: stranger } = await suspect();
    const order = { asset: stranger, reason: 'abuse-report', duration: 'PT5M' };
    const answer = await at().one.post(at().tenant.path(`/cases/${id}/access-requests`), order);
    await expectRefused(answer, 'asset-not-linked', { ...accessIn(at().tenant, id, ''), asset });
    expect(await reveals(stranger)).toEqual([]);
  });
});
