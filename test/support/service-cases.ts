import { expect } from 'vitest';
import { z } from 'zod';
import type { Answer, Caller } from './service-http.ts';
import type { CloudEvent, TestTenant } from './service-tenant.ts';
import type { TestService } from './service.ts';

/** What the tests read of a case: an outsider's idea of it. */
export const receiptAnswer = z.looseObject({ case: z.uuid(), position: z.int() });
export const accessAnswer = receiptAnswer.extend({ request: z.uuid() });
export const listedCaseAnswer = z.looseObject({
  case: z.uuid(),
  status: z.string(),
  priority: z.string(),
  age: z.int(),
  assets: z.int(),
  subjects: z.int(),
});
export const caseFileAnswer = listedCaseAnswer.extend({
  assignee: z.string().nullable(),
  decision: z.string().nullable(),
  links: z.looseObject({
    assets: z.array(z.looseObject({ asset: z.string() })),
    subjects: z.array(z.string()),
    entities: z.array(z.string()).optional(),
  }),
  notes: z.array(z.looseObject({ note: z.string(), text: z.string() })).optional(),
  accessRequests: z.array(
    z.looseObject({ request: z.string(), asset: z.string().nullable(), state: z.string(), reveals: z.int() }),
  ),
});
export const revealAnswer = z.looseObject({
  asset: z.string(),
  events: z.array(z.looseObject({ type: z.string() })),
  position: z.int(),
});

/** Two investigators of a tenant. */
export interface Investigators {
  readonly one: Caller;
  readonly other: Caller;
}

export async function investigatorsOf(service: TestService, tenant: TestTenant): Promise<Investigators> {
  const [one, other] = await Promise.all([tenant.key('investigator'), tenant.key('investigator')]);
  return { one: service.callerWith(one), other: service.callerWith(other) };
}

export async function openCase(
  tenant: TestTenant,
  by: Caller,
  links: CloudEvent = {},
  priority = 'normal',
): Promise<string> {
  const opened = await by.post(tenant.path('/cases'), { priority });
  expect(opened.status, opened.text).toBe(201);
  const { case: id } = opened.as(receiptAnswer);
  if (Object.keys(links).length > 0) {
    const linked = await by.post(tenant.path(`/cases/${id}/links`), links);
    expect(linked.status, linked.text).toBe(200);
  }
  return id;
}

export interface Asked {
  readonly case: string;
  readonly request: string;
  approve(by: Caller): Promise<Answer>;
  close(by: Caller): Promise<Answer>;
  reveal(by: Caller): Promise<Answer>;
}

/** Asks to see an asset; what becomes of it is the caller's. */
export async function askForAccess(
  tenant: TestTenant,
  by: Caller,
  id: string,
  order: CloudEvent,
): Promise<Asked> {
  const wanted = { reason: 'abuse-report', duration: 'PT10M', ...order };
  const asked = await by.post(tenant.path(`/cases/${id}/access-requests`), wanted);
  expect(asked.status, asked.text).toBe(201);
  const { request } = asked.as(accessAnswer);
  return accessIn(tenant, id, request);
}

/** The steps of an access request, in whatever case it is said to be. */
export function accessIn(tenant: TestTenant, id: string, request: string): Asked {
  const step = (by: Caller, name: string): Promise<Answer> =>
    by.send('POST', tenant.path(`/cases/${id}/access-requests/${request}/${name}`));
  return {
    ...{ case: id, request },
    approve: by => step(by, 'approve'),
    close: by => step(by, 'close'),
    reveal: by => step(by, 'reveal'),
  };
}

export async function fileOf(tenant: TestTenant, by: Caller, id: string) {
  const answer = await by.get(tenant.path(`/cases/${id}`));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(caseFileAnswer);
}
