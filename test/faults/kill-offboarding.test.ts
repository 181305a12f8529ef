import { describe, expect, it, vi } from 'vitest';
import { offboardingAnswer, type Offboarding } from '../support/offboarding.ts';
import { auditAnswer } from '../support/service-answers.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { openContents, withVault } from '../support/service-vault.ts';
import { useService } from '../support/service.ts';
import { dropBarrier, raiseBarrier, type Stage } from './barrier.ts';

const service = useService({ database: 'embedded' });
const PATIENCE = { timeout: 30_000, interval: 50 };

const beforeEvent = (type: string): Stage => ({
  name: `the event ${type}`,
  table: 'log.events',
  event: 'insert',
  when: `new.type = '${type}'`,
});

/** The order of the destruction: each write at which it can be cut off. */
const STAGES: readonly Stage[] = [
  beforeEvent('offboarding.exporting'),
  beforeEvent('offboarding.started'),
  {
    name: 'the closing of the epochs',
    table: 'keys.epochs',
    event: 'update',
    when: `new.state = 'closed'`,
  },
  {
    name: 'the destruction of a data key',
    table: 'keys.data_keys',
    event: 'update',
    when: `new.state = 'erased' and new.scope like 'asset/%'`,
  },
  {
    name: 'the removal of the roots, after that of the KMS keys',
    table: 'keys.roots',
    event: 'delete',
    when: 'true',
  },
  beforeEvent('tenant.erased'),
];

const offboarding = async (tenant: TestTenant): Promise<Offboarding> =>
  (await tenant.auditor.get(tenant.path('/offboarding'))).as(offboardingAnswer);

/** The barrier stands before the offboarding is announced, so that nothing runs past it. */
async function offboardedUpTo(stage: Stage): Promise<TestTenant> {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  await tenant.report(
    cloudEvent('account.registered', { data: { subject: 'ada', name: 'Ada L' } }),
    upload('picture', { subject: 'ada', content: 'a lighthouse' }),
  );
  const { reached } = await raiseBarrier(service(), stage);
  await tenant.admin.post(tenant.path('/offboarding'), { notice: 'PT0S' });
  await tenant.dpo.send('POST', tenant.path('/offboarding/confirm'));
  await reached();
  return tenant;
}

describe('the destruction of a tenant’s keys', () => {
  it.each(STAGES)('that dies before $name is finished once by the next start', async stage => {
    const tenant = await offboardedUpTo(stage);
    await service().kill();
    await service().start();
    await dropBarrier(service(), stage);
    const { certificate } = await vi.waitFor(async () => {
      const found = await offboarding(tenant);
      expect(found.status).toBe('erased');
      return found;
    }, PATIENCE);
    expect(certificate?.kmsKeys).not.toEqual([]);

    expect(await openContents(service(), tenant.id, 'upload.received', 'safety')).toEqual(['erased']);
    const trail = (await tenant.auditor.get(tenant.path('/audit?limit=500'))).as(auditAnswer).items;
    const counted = (action: string) => trail.filter(entry => entry.action === action).length;
    expect([counted('offboarding.started'), counted('tenant.erased')]).toEqual([1, 1]);
    const left = await withVault(service(), async (_, writer) => {
      const sql = `select (select count(*) from keys.data_keys where tenant = $1 and state <> 'erased')
        + (select count(*) from keys.roots where tenant = $1)
        + (select count(*) from keys.subjects where tenant = $1)
        + (select count(*) from keys.epochs where tenant = $1 and state <> 'destroyed') as left`;
      return (await writer.query<{ left: number }>(sql, [tenant.id])).rows[0]?.left;
    });
    expect(left).toBe(0);
  });
});
