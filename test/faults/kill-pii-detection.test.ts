import { describe, expect, it, vi } from 'vitest';
import { auditEntryAnswer } from '../support/service-answers.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const KILLS = 2;
const NOTES = 200;
const PATIENCE = { timeout: 40_000, interval: 20 };

const service = useService({ database: 'shared' });

/** Targets of every flag and of every action that followed one. */
async function targets(tenant: TestTenant, action: string): Promise<(string | null)[]> {
  const trail = await tenant.auditor.get(tenant.path(`/audit?action=${action}`), {
    accept: 'application/x-ndjson',
  });
  return trail.lines(auditEntryAnswer).map(({ target }) => target);
}

const untilFlagged = (tenant: TestTenant, least: number): Promise<void> =>
  vi.waitFor(async () => {
    const { length } = await targets(tenant, 'pii.flagged');
    if (length < least) throw new Error(`${length} of ${least} are flagged`);
  }, PATIENCE);

describe(`a service that is killed ${KILLS} times while its detector works`, () => {
  it('flags everything that there is to flag, and nothing twice', async () => {
    const tenant = await registerTenant(service(), { piiDetection: 'on', piiAction: 'mask' });
    const notes = Array.from({ length: NOTES }, (_, at) => `note-${String(at).padStart(3, '0')}`);
    await tenant.report(
      ...notes.map(note => upload(note, { subject: 'ada', content: 'card 4111111111111111' })),
    );
    for (let kill = 1; kill <= KILLS; kill++) {
      await untilFlagged(tenant, (kill * NOTES) / (KILLS + 2));
      await service().kill();
      await service().start();
    }
    await untilFlagged(tenant, NOTES);
    // What was reported last is looked through last: after it there is nothing more to come.
    await tenant.report(upload('sentinel', { subject: 'ada', content: 'card 4111111111111111' }));
    await untilFlagged(tenant, NOTES + 1);
    for (const action of ['pii.flagged', 'pii.action-applied']) {
      expect((await targets(tenant, action)).sort()).toEqual([...notes, 'sentinel']);
    }
  }, 120_000);
});
