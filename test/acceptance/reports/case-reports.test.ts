import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  askForAccess,
  investigatorsOf,
  openCase,
  revealAnswer,
  type Investigators,
} from '../../support/service-cases.ts';
import { loggedEvents } from '../../support/service-events.ts';
import { checkedBundle } from '../../support/service-reports.ts';
import { registerTenant, upload, type TestTenant } from '../../support/service-tenant.ts';
import { useService } from '../../support/service.ts';

const PLANTED = 'a lighthouse that nobody may see';
const service = useService({ database: 'shared' });

interface Scene extends Investigators {
  readonly tenant: TestTenant;
  readonly key: string;
  readonly case: string;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

beforeAll(async () => {
  const tenant = await registerTenant(service());
  const staff = await investigatorsOf(service(), tenant);
  await tenant.report(upload('suspect', { subject: 'ada', content: PLANTED }));
  const [made] = await loggedEvents(service(), tenant.id, 'upload.received');
  const id = await openCase(tenant, staff.one, { assets: ['suspect'], subjects: [made?.subject] });
  const access = await askForAccess(tenant, staff.one, id, { asset: 'suspect' });
  await access.approve(staff.one);
  await access.approve(staff.other);
  expect((await access.reveal(staff.one)).as(revealAnswer).events).toHaveLength(1);
  const verdict = { decision: 'limit', ground: 'abuse', rule: 'terms/4', redress: ['court'] };
  const decided = await staff.one.post(tenant.path(`/cases/${id}/decision`), verdict);
  expect(decided.status, decided.text).toBe(200);
  scene = { tenant, ...staff, case: id, key: await tenant.key('auditor') };
});

const row = z.record(z.string(), z.unknown());

async function rowsOf(kind: string, dataset: string): Promise<Record<string, unknown>[]> {
  const { tenant, key } = at();
  const { bundle, bytes } = await checkedBundle(service(), tenant, key, { kind });
  expect(bytes.includes(PLANTED)).toBe(false);
  return bundle.lines(`data/${dataset}.ndjson`).map(line => row.parse(line));
}

describe('a case in a report', () => {
  it('statement-of-reasons: has the restriction with its case, its ground and the ways to contest it', async () => {
    expect(await rowsOf('statement-of-reasons', 'restrictions')).toMatchObject([
      {
        ...{ restriction: 'the account was limited', ground: 'abuse', rule: 'terms/4', automated: false },
        ...{ case: at().case, redress: 'go to court' },
      },
    ]);
  });

  it('access-log: shows the customer who saw what, why, approved by whom, and what was refused', async () => {
    const rows = (await rowsOf('access-log', 'access')).filter(found => found['case'] === at().case);
    const revealed = rows.filter(({ action }) => action === 'access.revealed');
    expect(revealed).toMatchObject([
      { asset: 'suspect', role: 'investigator', reason: 'abuse-report', fields: 'safety' },
    ]);
    expect(revealed[0]?.['approver']).not.toBe(revealed[0]?.['actor']);
    expect(Date.parse(String(revealed[0]?.['grantExpires']))).toBeGreaterThan(Date.now() - 60_000);
    expect(rows.filter(({ action }) => action === 'access.denied')).toMatchObject([
      { reason: 'own-approval' },
    ]);
  });
});
