import { describe, expect, it, vi } from 'vitest';
import {
  certificateAnswer,
  contentAnswer,
  deletionAnswer,
  problemAnswer,
  requestAnswer,
} from '../support/service-answers.ts';
import { openForSafety } from '../support/service-safety.ts';
import { epochsOf } from '../support/service-epochs.ts';
import { registerTenant, upload } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const PATIENCE = { timeout: 40_000, interval: 50 };
const DAY_MS = 86_400_000;
/** What is left of day 30 when the user asks. */
const LEFT_MS = 4_000;

const service = useService({
  database: 'shared',
  env: { LETHE_EPOCH: 'PT1S', LETHE_KEY_CACHE: 'PT0.2S' },
});

describe('a deletion at the end of day 30 of 30', () => {
  it('hides now, erases when the day ends, opens for nobody afterwards, and is then beyond every backup', async () => {
    const tenant = await registerTenant(service(), { minRetention: 'P30D', maxRetention: 'P60D' });
    const createdAt = new Date(Date.now() - 30 * DAY_MS + LEFT_MS);
    const time = { time: createdAt.toISOString() };
    await tenant.report(
      upload('picture', { subject: 'ada', content: 'of a lighthouse' }, time),
      upload('neighbour', { subject: 'ada', content: 'of a harbour' }, time),
    );
    const order = { subject: 'ada', asset: 'picture' };
    const asked = (await tenant.admin.post(tenant.path('/deletion-requests'), order)).as(deletionAnswer);
    expect(Date.parse(asked.eraseAt)).toBe(createdAt.getTime() + 30 * DAY_MS);
    const hidden = await tenant.admin.get(tenant.path('/assets/picture/content'));
    expect(hidden.as(problemAnswer)).toMatchObject({ status: 410, code: 'asset-deleted' });
    expect(await openForSafety(service(), tenant.id, 'picture')).toMatchObject([
      { content: { content: 'of a lighthouse' } },
    ]);

    const done = await vi.waitFor(async () => {
      const read = await tenant.dpo.get(tenant.path(`/deletion-requests/${asked.id}`));
      const request = read.as(requestAnswer);
      expect(request.state).toBe('beyond-backup');
      return request;
    }, PATIENCE);
    const { erasedAt, epoch } = certificateAnswer.parse(done.certificate);
    expect(Date.parse(erasedAt)).toBeGreaterThanOrEqual(Date.parse(asked.eraseAt));
    expect(Date.parse(String(done['horizonAt']))).toBeGreaterThanOrEqual(Date.parse(erasedAt));
    const epochs = await epochsOf(service(), tenant.id);
    for (const row of epochs.filter(one => one.epoch <= epoch))
      expect(row).toMatchObject({ state: 'destroyed', kms: 'destroyed' });
    expect(await openForSafety(service(), tenant.id, 'picture')).toEqual([{ content: 'erased' }]);
    const gone = await tenant.admin.get(tenant.path('/assets/picture/content'));
    expect(gone.as(problemAnswer)).toMatchObject({ status: 410, code: 'asset-erased' });
    const neighbour = await tenant.admin.get(tenant.path('/assets/neighbour/content'));
    expect(neighbour.as(contentAnswer).contents[0]?.content).toEqual({ content: 'of a harbour' });
  }, 60_000);

  it('of what was never stored, and of a whole account, is beyond backup as well', async () => {
    const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
    await tenant.report(
      upload('unstored', { subject: 'bob', store: false }),
      upload('stored', { subject: 'bob', content: 'of a mill' }),
    );
    const order = { subject: 'bob', scope: 'account' };
    const asked = (await tenant.admin.post(tenant.path('/deletion-requests'), order)).as(deletionAnswer);
    await vi.waitFor(async () => {
      const read = await tenant.dpo.get(tenant.path(`/deletion-requests/${asked.id}`));
      expect(read.as(requestAnswer)).toMatchObject({ state: 'beyond-backup' });
    }, PATIENCE);
    const metrics = await service().callerWith(undefined).get('/metrics');
    expect(metrics.text).toContain('lethe_erasures_before_horizon_seconds');
  }, 60_000);
});
