import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readPins } from '../../src/domain/bundle/pins.ts';
import { verifyDocument } from '../../src/domain/bundle/verify-document.ts';
import { deletionAnswer, requestAnswer } from '../support/service-answers.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const PATIENCE = { timeout: 40_000, interval: 50 };
const logKey = z.object({ key: z.string() });
const certificate = z.looseObject({
  beyondBackupAt: z.string(),
  evidence: z.array(z.looseObject({ envelope: z.string(), index: z.int() })),
});

const service = useService({ database: 'shared', env: { LETHE_EPOCH: 'PT1S', LETHE_KEY_CACHE: 'PT0.2S' } });

/** The certificate of a deletion, once no backup brings back what was deleted. */
async function certified(tenant: TestTenant, order: object): Promise<Buffer> {
  const { id } = (await tenant.admin.post(tenant.path('/deletion-requests'), order)).as(deletionAnswer);
  await vi.waitFor(async () => {
    const read = await tenant.dpo.get(tenant.path(`/deletion-requests/${id}`));
    expect(read.as(requestAnswer).state).toBe('beyond-backup');
  }, PATIENCE);
  const headers = { authorization: `Bearer ${await tenant.key('dpo')}`, accept: 'application/json' };
  const url = `${service().address}${tenant.path(`/deletion-requests/${id}/certificate`)}`;
  const answer = await fetch(url, { headers });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

test('a certificate proves its second date by the horizon, of an asset as of an account', async () => {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S' });
  await tenant.report(
    upload('heron', { subject: 'ada', content: 'a heron on a pier' }),
    upload('pier', { subject: 'ada', content: 'a pier without a heron' }),
    upload('unstored', { subject: 'ada', store: false }),
  );
  const pins = readPins({ key: (await tenant.auditor.get(tenant.path('/log/key'))).as(logKey).key });
  for (const order of [
    { subject: 'ada', asset: 'heron' },
    { subject: 'ada', scope: 'account' },
  ]) {
    const bytes = await certified(tenant, order);
    const verification = verifyDocument(bytes, 'certificate.json', pins);
    expect(verification.findings).toEqual([]);
    expect(verification.verdict).toBe('ok');

    const document = certificate.parse(JSON.parse(bytes.toString()));
    const evidence = document.evidence.filter(({ envelope }) => !envelope.includes('"horizon.reached"'));
    expect(evidence.length).toBe(document.evidence.length - 1);
    const unproven = Buffer.from(JSON.stringify({ ...document, evidence }));
    expect(verifyDocument(unproven, 'certificate.json', pins).findings).toMatchObject([
      { code: 'claim-unproven', message: expect.stringContaining('beyondBackupAt') as string },
    ]);
  }
}, 90_000);
