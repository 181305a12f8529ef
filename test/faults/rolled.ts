import { expect, vi } from 'vitest';
import {
  certificateAnswer,
  contentAnswer,
  deletionAnswer,
  requestAnswer,
} from '../support/service-answers.ts';
import { epochsOf, query } from '../support/service-epochs.ts';
import { openForSafety } from '../support/service-safety.ts';
import { upload, type TestTenant } from '../support/service-tenant.ts';
import type { TestService } from '../support/service.ts';

const PATIENCE = { timeout: 40_000, interval: 50 };
/** In the order of the alphabet. */
const FACTS = ['epoch.rolled', 'horizon.reached', 'key.destroyed', 'key.rotated'];

/** Asks for the deletion of a new asset. */
export const erase = async (tenant: TestTenant, asset: string): Promise<string> => {
  await tenant.report(upload(asset, { subject: 'ada', content: `content of ${asset}` }));
  const asked = await tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', asset });
  return asked.as(deletionAnswer).id;
};

/** Answers with the epoch that the erasure was of. */
export async function expectBeyondBackup(tenant: TestTenant, request: string): Promise<number> {
  const found = await vi.waitFor(async () => {
    const read = (await tenant.dpo.get(tenant.path(`/deletion-requests/${request}`))).as(requestAnswer);
    expect(read.state).toBe('beyond-backup');
    return read;
  }, PATIENCE);
  return certificateAnswer.parse(found.certificate).epoch;
}

export async function expectOpen(
  service: TestService,
  tenant: TestTenant,
  assets: readonly string[],
): Promise<void> {
  for (const asset of assets) {
    const read = await tenant.admin.get(tenant.path(`/assets/${asset}/content`));
    const content = { content: `content of ${asset}` };
    expect(read.as(contentAnswer).contents[0]?.content).toEqual(content);
    expect(await openForSafety(service, tenant.id, asset)).toMatchObject([{ content }]);
  }
}

export async function expectClosed(service: TestService, tenant: TestTenant, asset: string): Promise<void> {
  expect(await openForSafety(service, tenant.id, asset)).toEqual([{ content: 'erased' }]);
  const revived = `select from keys.data_keys where tenant = $1 and scope = $2
    and (state <> 'erased' or safety is not null or serving is not null)`;
  expect(await query(service, revived, [tenant.id, `asset/${asset}`])).toEqual([]);
}

/** Up to that epoch all is destroyed, and each step of each roll is on record exactly once. */
export async function expectDestroyedOnce(
  service: TestService,
  tenant: TestTenant,
  upTo: number,
): Promise<void> {
  const destroyed = (await epochsOf(service, tenant.id)).filter(({ epoch }) => epoch <= upTo);
  expect(destroyed).toHaveLength(upTo);
  for (const row of destroyed) expect(row).toMatchObject({ state: 'destroyed', kms: 'destroyed' });
  const rootless = 'select from keys.roots where tenant = $1 and epoch <= $2';
  expect(await query(service, rootless, [tenant.id, upTo])).toEqual([]);
  const facts = `select type, convert_from(envelope, 'utf8')::jsonb ->> 'sourceId' as id from log.events
    where tenant = $1 and type = any($2)`;
  const found = await query<{ id: string }>(service, facts, [tenant.id, FACTS]);
  const ids = found.map(({ id }) => id);
  for (const { kmsKeyId, epoch } of destroyed) {
    const expected = FACTS.filter(type => epoch > 1 || type !== 'key.rotated');
    expect(ids.filter(id => id.startsWith(kmsKeyId)).sort()).toEqual(
      expected.map(type => `${kmsKeyId} ${type}`),
    );
  }
}
