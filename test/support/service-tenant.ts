import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Role } from '../../src/domain/ports/credentials.ts';
import { ingestAnswer, keyAnswer, pageAnswer, tenantAnswer } from './service-answers.ts';
import type { Answer, Caller } from './service-http.ts';
import type { TestService } from './service.ts';

type Policy = Readonly<Record<string, unknown>>;
export type CloudEvent = Readonly<Record<string, unknown>>;

/** A tenant of the service under test, with a key for each role. */
export interface TestTenant {
  readonly id: string;
  /** `/v1/tenants/<id>` and the rest of a path. */
  path(rest: string): string;
  readonly admin: Caller;
  readonly ingest: Caller;
  readonly dpo: Caller;
  readonly auditor: Caller;
  /** The key text of a new key. */
  key(role: Role, more?: { readonly subject?: string; readonly expiresAt?: string }): Promise<string>;
  /** One user, who may do what users may. */
  user(subject: string): Promise<Caller>;
  /** Reports events; each must be taken. Answers with the position. */
  report(...events: readonly CloudEvent[]): Promise<number>;
  /** Reports events, whatever becomes of it. */
  tryReport(...events: readonly CloudEvent[]): Promise<Answer>;
}

/** Registers a tenant; the windows are short unless the policy says otherwise. */
export async function registerTenant(service: TestService, policy: Policy = {}): Promise<TestTenant> {
  const short = { minRetention: 'PT1H', maxRetention: 'P30D', ...policy };
  const order = { name: 'Example Organisation', region: 'eu-central', policy: short };
  const registered = await service.operator.post('/v1/tenants', order);
  expect(registered.status, registered.text).toBe(201);
  const id = registered.as(tenantAnswer).tenant;
  const path = (rest: string): string => `/v1/tenants/${id}${rest}`;
  const key: TestTenant['key'] = async (role, more = {}) => {
    const issued = await service.operator.post(path('/api-keys'), { role, ...more });
    expect(issued.status, issued.text).toBe(201);
    return issued.as(keyAnswer).key;
  };
  const caller = async (role: Role): Promise<Caller> => service.callerWith(await key(role));
  const [admin, ingest, dpo, auditor] = await Promise.all([
    caller('tenant-admin'),
    caller('ingest'),
    caller('dpo'),
    caller('auditor'),
  ]);
  const tryReport: TestTenant['tryReport'] = (...events) => ingest.post(path('/events'), events);
  return {
    id,
    path,
    admin,
    ingest,
    dpo,
    auditor,
    key,
    user: async subject => service.callerWith(await key('subject', { subject })),
    tryReport,
    report: async (...events) => {
      const answer = await tryReport(...events);
      expect(answer.status, answer.text).toBe(200);
      const { accepted, position } = answer.as(ingestAnswer);
      expect(accepted).toBe(events.length);
      return position;
    },
  };
}

/** What a test does in a burst is a signal otherwise; near an erasure its case preserves the assets that it rests on. */
export async function allowBursts(tenant: TestTenant): Promise<void> {
  const rules = { velocity: { on: false }, 'mass-deletion': { on: false } };
  expect((await tenant.admin.put(tenant.path('/abuse/rules'), rules)).status).toBe(200);
}

/** A CloudEvent of the platform. */
export const cloudEvent = (type: string, fields: CloudEvent): CloudEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'platform/test',
  type,
  ...fields,
});

export const upload = (asset: string, data: CloudEvent, fields: CloudEvent = {}): CloudEvent =>
  cloudEvent('upload.received', { subject: asset, data, ...fields });

export const generation = (asset: string, data: CloudEvent, fields: CloudEvent = {}): CloudEvent =>
  cloudEvent('generation.completed', { subject: asset, data, ...fields });

/** What a user's list of assets holds once the views have seen the position. */
export async function listed(
  tenant: TestTenant,
  caller: Caller,
  subject: string,
  query = '',
  position = 0,
): Promise<string[]> {
  const path = tenant.path(`/subjects/${encodeURIComponent(subject)}/assets${query}`);
  const answer = await caller.get(path, { 'lethe-min-position': String(position) });
  expect(answer.status, answer.text).toBe(200);
  return answer.as(pageAnswer).items.map(({ asset }) => asset);
}
