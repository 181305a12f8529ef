import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import type { StoredEvent } from '../../src/domain/ports/event-log.ts';
import { contentAnswer, deletionAnswer, requestAnswer } from '../support/service-answers.ts';
import { storedEvents } from '../support/service-event-log.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import type { TestService } from '../support/service.ts';

export const PATIENCE = { timeout: 30_000, interval: 50 };

export const copyAs = (from: string, to: string): Promise<unknown> =>
  promisify(execFile)('cp', ['-a', from, to]);

/** A place in the folder that holds the service's data directory and its keystore. */
export const beside = (service: TestService, name: string): string => join(dirname(service.dataDir), name);

/** What an asset opens to for its owner, or the status that says why it does not. */
export async function contentOf(tenant: TestTenant, asset: string): Promise<unknown> {
  const answer = await tenant.admin.get(tenant.path(`/assets/${asset}/content`));
  return answer.status === 200 ? answer.as(contentAnswer).contents[0]?.content : answer.status;
}

/** A tenant with an asset that was erased, and the request that asked for it. */
export interface Lived {
  readonly tenant: TestTenant;
  readonly request: string;
}

export const untilState = ({ tenant, request }: Lived, state: string): Promise<void> =>
  vi.waitFor(async () => {
    const read = await tenant.dpo.get(tenant.path(`/deletion-requests/${request}`));
    expect(read.as(requestAnswer).state).toBe(state);
  }, PATIENCE);

/** An asset that is erased after `backup` was taken, and one that stays; then the horizon. Leaves the service stopped. */
export async function live(service: TestService, backup: () => Promise<void>): Promise<Lived> {
  await service.start();
  const tenant = await registerTenant(service, { minRetention: 'PT0S' });
  await tenant.report(
    ...['gone', 'kept'].map(asset => upload(asset, { subject: 'ada', content: `content of ${asset}` })),
  );
  await service.stop();
  // Not the first epoch, so that there is an old survivors file to be kept by a thief.
  expect(await service.command('roll')).toMatchObject({ code: 0 });
  await backup();
  await service.start();
  const asked = await tenant.admin.post(tenant.path('/deletion-requests'), { subject: 'ada', asset: 'gone' });
  const lived = { tenant, request: asked.as(deletionAnswer).id };
  await untilState(lived, 'erased');
  await service.stop();
  expect(await service.command('roll')).toMatchObject({ code: 0 });
  return lived;
}

/** The tenant's part of the log. */
export const ownEvents = async (service: TestService, tenant: TestTenant): Promise<StoredEvent[]> =>
  (await storedEvents(service)).filter(event => event.tenant === tenant.id);
