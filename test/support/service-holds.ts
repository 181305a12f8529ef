import { expect } from 'vitest';
import { holdAnswer } from './service-answers.ts';
import type { Answer } from './service-http.ts';
import type { CloudEvent, TestTenant } from './service-tenant.ts';

const order = { kind: 'litigation', authority: 'court/docket-1', ground: 'a claim' };

/** One person asks for a hold, whatever becomes of it. */
export const askForHold = (tenant: TestTenant, what: CloudEvent): Promise<Answer> =>
  tenant.dpo.post(tenant.path('/holds'), { ...order, ...what });

/** Two people place a hold over what is there in full; answers with its id. */
export async function placeHold(tenant: TestTenant, what: CloudEvent): Promise<string> {
  const asked = await askForHold(tenant, what);
  expect(asked.status, asked.text).toBe(202);
  const { id, tooLate } = asked.as(holdAnswer);
  expect(tooLate).toEqual([]);
  await approveHold(tenant, id);
  return id;
}

export async function approveHold(tenant: TestTenant, id: string): Promise<void> {
  const approved = await tenant.admin.send('POST', tenant.path(`/holds/${id}/approve`));
  expect(approved.status, approved.text).toBe(200);
}

export async function releaseHold(tenant: TestTenant, id: string): Promise<void> {
  const released = await tenant.dpo.delete(tenant.path(`/holds/${id}`));
  expect(released.status, released.text).toBe(200);
}
