import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { allRoutes } from '../../src/api/routes/all.ts';
import type { DeletionRequestRecord, Services } from '../../src/api/services.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { ROLES, type Role } from '../../src/domain/ports/credentials.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { AuditFilter } from '../../src/projections/audit-trail/filter.ts';
import type { AuditEntry, AuditList, AuditPage } from '../../src/projections/audit-trail/query.ts';
import { buildFrame, NOW, OTHER_TENANT, TENANT, type Frame } from './support/frame.ts';
import { onlyServices } from './support/services.ts';

const ME = '0197a000-0000-4000-8000-00000000000a';
const SOMEONE = '0197a000-0000-4000-8000-00000000000b';
const REQUEST = '0197a000-0000-7000-8000-0000000000aa';
const BASE = `/v1/tenants/${TENANT}`;

let frame: Frame;
afterEach(() => frame.app.close());

type Given = Parameters<typeof onlyServices>[0];
const everOpen = { of: () => Promise.resolve({ status: 'open' as const }) };
const serve = async (given: Given = {}): Promise<void> => {
  frame = await buildFrame(allRoutes(onlyServices({ standings: everOpen, ...given })));
};

const as = (role: Role, request: InjectOptions): Promise<LightMyRequestResponse> => {
  const { authorization } = frame.keyFor(role, role === 'subject' ? { subject: ME } : {});
  return frame.app.inject({ ...request, headers: { ...request.headers, authorization } });
};

const directory = {
  find: (_tenant: string, outside: string) =>
    Promise.resolve(outside === 'me@user.example' ? ME : outside === 'someone' ? SOMEONE : undefined),
};
const viewed = () => Promise.resolve();

/** The outside contract: who may call what. */
const CONTRACT: readonly (readonly [string, string, readonly Role[]])[] = [
  ['POST', '/v1/tenants', ['operator']],
  ['PUT', '/v1/tenants/{tenant}/policy', ['operator', 'tenant-admin', 'dpo']],
  ['GET', '/v1/tenants/{tenant}/policy', ['operator', 'tenant-admin', 'dpo', 'auditor', 'ingest', 'subject']],
  ['POST', '/v1/tenants/{tenant}/api-keys', ['operator', 'tenant-admin']],
  ['GET', '/v1/tenants/{tenant}/api-keys', ['operator', 'tenant-admin']],
  ['DELETE', '/v1/tenants/{tenant}/api-keys/{key}', ['operator', 'tenant-admin']],
  ['POST', '/v1/tenants/{tenant}/api-keys/{key}/rotate', ['operator', 'tenant-admin']],
  ['POST', '/v1/tenants/{tenant}/events', ['ingest', 'tenant-admin', 'operator']],
  ['GET', '/v1/tenants/{tenant}/subjects/{subject}/assets', ['subject', 'tenant-admin', 'dpo']],
  ['GET', '/v1/tenants/{tenant}/subjects/{subject}/export', ['subject', 'tenant-admin', 'dpo']],
  ['GET', '/v1/tenants/{tenant}/assets/{asset}', ['subject', 'tenant-admin', 'dpo']],
  ['DELETE', '/v1/tenants/{tenant}/assets/{asset}', ['subject', 'tenant-admin', 'dpo']],
  ['GET', '/v1/tenants/{tenant}/assets/{asset}/content', ['subject', 'tenant-admin', 'dpo']],
  [
    'GET',
    '/v1/tenants/{tenant}/assets/{asset}/retention',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  ['POST', '/v1/tenants/{tenant}/deletion-requests', ['subject', 'tenant-admin', 'dpo', 'ingest']],
  [
    'GET',
    '/v1/tenants/{tenant}/deletion-requests',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  [
    'GET',
    '/v1/tenants/{tenant}/deletion-requests/{request}',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  ['POST', '/v1/tenants/{tenant}/holds', ['tenant-admin', 'dpo', 'investigator']],
  ['POST', '/v1/tenants/{tenant}/holds/{hold}/approve', ['tenant-admin', 'dpo', 'investigator']],
  ['GET', '/v1/tenants/{tenant}/holds', ['tenant-admin', 'dpo', 'investigator', 'auditor']],
  ['GET', '/v1/tenants/{tenant}/holds/preserved-assets', ['tenant-admin', 'dpo', 'investigator', 'auditor']],
  ['DELETE', '/v1/tenants/{tenant}/holds/{hold}', ['tenant-admin', 'dpo']],
  ['POST', '/v1/tenants/{tenant}/cases', ['investigator', 'dpo']],
  ['GET', '/v1/tenants/{tenant}/cases', ['investigator', 'dpo', 'auditor']],
  ['GET', '/v1/tenants/{tenant}/cases/{case}', ['investigator', 'dpo', 'auditor']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/assign', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/links', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/notes', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/decision', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/reopen', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/access-requests', ['investigator']],
  [
    'POST',
    '/v1/tenants/{tenant}/cases/{case}/access-requests/{request}/approve',
    ['investigator', 'dpo', 'tenant-admin'],
  ],
  [
    'POST',
    '/v1/tenants/{tenant}/cases/{case}/access-requests/{request}/close',
    ['investigator', 'dpo', 'tenant-admin'],
  ],
  ['POST', '/v1/tenants/{tenant}/cases/{case}/access-requests/{request}/reveal', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/subjects', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/subjects/{subject}', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/timeline', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/entities/{entity}', ['investigator']],
  ['POST', '/v1/tenants/{tenant}/abuse/entities', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/signals', ['investigator']],
  ['GET', '/v1/tenants/{tenant}/abuse/rules', ['investigator', 'tenant-admin', 'dpo', 'auditor', 'operator']],
  ['PUT', '/v1/tenants/{tenant}/abuse/rules', ['tenant-admin', 'operator']],
  ['GET', '/v1/tenants/{tenant}/audit', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['POST', '/v1/tenants/{tenant}/data-requests', ['subject', 'tenant-admin', 'dpo', 'ingest']],
  [
    'GET',
    '/v1/tenants/{tenant}/data-requests',
    ['subject', 'tenant-admin', 'dpo', 'ingest', 'auditor', 'operator'],
  ],
  [
    'GET',
    '/v1/tenants/{tenant}/data-requests/{request}',
    ['subject', 'tenant-admin', 'dpo', 'ingest', 'auditor', 'operator'],
  ],
  ['POST', '/v1/tenants/{tenant}/data-requests/{request}/hand-over', ['tenant-admin', 'dpo']],
  ['POST', '/v1/tenants/{tenant}/data-requests/{request}/fulfil', ['tenant-admin', 'dpo']],
  ['POST', '/v1/tenants/{tenant}/data-requests/{request}/extend', ['tenant-admin', 'dpo']],
  ['POST', '/v1/tenants/{tenant}/training-uses', ['ingest', 'tenant-admin']],
  [
    'GET',
    '/v1/tenants/{tenant}/subjects/{subject}/purposes/{purpose}',
    ['ingest', 'tenant-admin', 'subject', 'dpo'],
  ],
  ['POST', '/v1/tenants/{tenant}/offboarding', ['tenant-admin']],
  ['POST', '/v1/tenants/{tenant}/offboarding/confirm', ['tenant-admin', 'dpo', 'operator']],
  ['DELETE', '/v1/tenants/{tenant}/offboarding', ['tenant-admin', 'dpo', 'operator']],
  ['GET', '/v1/tenants/{tenant}/offboarding', ['tenant-admin', 'dpo', 'operator', 'auditor']],
  ['GET', '/v1/tenants/{tenant}/audit/counts', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/audit', ['cross-tenant-auditor']],
  ['POST', '/v1/api-keys', ['operator']],
  ['DELETE', '/v1/api-keys/{key}', ['operator']],
  ['GET', '/v1/tenants', ['operator']],
  ['GET', '/v1/tenants/{tenant}/promises', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['POST', '/v1/tenants/{tenant}/disclosures', ['tenant-admin', 'dpo', 'operator']],
  ['GET', '/v1/tenants/{tenant}/disclosures', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['POST', '/v1/tenants/{tenant}/subprocessors', ['tenant-admin', 'dpo', 'operator']],
  ['GET', '/v1/tenants/{tenant}/subprocessors', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['POST', '/v1/tenants/{tenant}/terms', ['tenant-admin', 'dpo', 'operator']],
  ['GET', '/v1/tenants/{tenant}/terms', ['tenant-admin', 'dpo', 'operator', 'auditor']],
  ['POST', '/v1/tenants/{tenant}/terms/{proposal}/approve', ['tenant-admin', 'dpo', 'operator']],
  ['GET', '/v1/tenants/{tenant}/log/checkpoint', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/tenants/{tenant}/log/key', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/tenants/{tenant}/log/proof', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/tenants/{tenant}/log/tile/{*}', ['tenant-admin', 'dpo', 'auditor', 'operator']],
  ['POST', '/v1/tenants/{tenant}/reports', ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/tenants/{tenant}/reports', ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator']],
  ['GET', '/v1/tenants/{tenant}/reports/{report}', ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator']],
  [
    'GET',
    '/v1/tenants/{tenant}/reports/{report}/bundle',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  [
    'DELETE',
    '/v1/tenants/{tenant}/reports/{report}',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  [
    'GET',
    '/v1/tenants/{tenant}/deletion-requests/{request}/certificate',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  [
    'GET',
    '/v1/tenants/{tenant}/deletion-requests/{request}/receipt',
    ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'],
  ],
  ['GET', '/v1/tenants/{tenant}/usage', ['tenant-admin', 'dpo', 'auditor', 'operator']],
];

describe('the contract', () => {
  test('lists exactly these routes and roles under /v1 in OpenAPI', async () => {
    await serve();
    const document = (await frame.app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, { 'x-roles'?: Role[] }>>;
    }>();
    const listed = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/v1'))
      .flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { 'x-roles': roles }]) => [
          method.toUpperCase(),
          path,
          roles,
        ]),
      );
    const byName = (a: unknown, b: unknown): number => JSON.stringify(a).localeCompare(JSON.stringify(b));
    expect(listed.sort(byName)).toEqual([...CONTRACT].sort(byName));
  });

  test.each(CONTRACT)(
    '%s %s refuses every other role, another tenant and no key',
    async (method, path, roles) => {
      await serve();
      const at = (tenant: string): InjectOptions => ({
        method: method,
        url: path
          .replace('{tenant}', tenant)
          .replaceAll(/\{(request|hold|proposal)\}/g, REQUEST)
          .replaceAll(/\{\w+\}/g, 'x'),
      });
      const codeOf = (answer: LightMyRequestResponse) => [
        answer.statusCode,
        answer.json<{ code: string }>().code,
      ];
      expect(codeOf(await frame.app.inject(at(TENANT)))).toEqual([401, 'credential-missing']);
      for (const role of ROLES) {
        if (!roles.includes(role)) expect(codeOf(await as(role, at(TENANT)))).toEqual([403, 'forbidden']);
        if (role === 'operator' || !path.includes('{tenant}')) continue;
        expect(codeOf(await as(role, at(OTHER_TENANT)))).toEqual([404, 'tenant-not-found']);
      }
    },
  );
});

describe('reporting events', () => {
  const url = `${BASE}/events`;
  const taken: unknown[][] = [];
  const ingest: Services['ingest'] = (_tenant, raw) => {
    taken.push([...raw]);
    return Promise.resolve({ accepted: raw.length, duplicates: 0, position: 7 });
  };
  afterEach(() => taken.splice(0));

  test.each([
    ['application/json', '{"id":"1"}', [{ id: '1' }]],
    ['application/json', '[{"id":"1"},{"id":"2"}]', [{ id: '1' }, { id: '2' }]],
    ['application/cloudevents+json; charset=utf-8', '{"id":"1"}', [{ id: '1' }]],
    ['application/cloudevents-batch+json', '[{"id":"1"}]', [{ id: '1' }]],
    ['application/x-ndjson', '{"id":"1"}\r\n\n{"id":"2"}', [{ id: '1' }, { id: '2' }]],
  ])('takes %s', async (type, payload, events) => {
    await serve({ ingest });
    const answer = await as('ingest', { method: 'POST', url, payload, headers: { 'content-type': type } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['lethe-position']).toBe('7');
    expect(answer.json()).toEqual({ accepted: events.length, duplicates: 0, position: 7 });
    expect(taken).toEqual([events]);
  });

  test('names the line of a refused event, and the place among the events', async () => {
    const faults = [{ index: 1, code: 'invalid-event', field: 'data.model', message: 'too long' }];
    await serve({ ingest: () => Promise.reject(new LetheError('invalid-event', 'too long', { faults })) });
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await as('ingest', { method: 'POST', url, payload: '{}\n\n\n{}\n', headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'invalid-event',
      errors: [{ index: 1, line: 4, field: 'data.model' }],
    });
  });

  test('takes nothing of NDJSON with a bad line, and names it', async () => {
    await serve({ ingest });
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await as('ingest', { method: 'POST', url, payload: '{"id":"1"}\n{"id"\n', headers });
    expect(answer.json()).toMatchObject({ code: 'malformed-ndjson', errors: [{ line: 2 }] });
    expect(taken).toEqual([]);
  });

  test('is described for each media type, with the data of each event type', async () => {
    await serve({ ingest });
    const { paths } = (await frame.app.inject('/openapi.json')).json<{
      paths: Record<string, { post?: { requestBody: { content: Record<string, unknown> } } }>;
    }>();
    const content = paths['/v1/tenants/{tenant}/events']?.post?.requestBody.content ?? {};
    expect(Object.keys(content)).toContain('application/x-ndjson');
    expect(JSON.stringify(content['application/cloudevents+json'])).toContain('generation.completed');
  });
});

describe('API keys', () => {
  test('are shown once, uncached, and wiped from memory', async () => {
    const key = new Secret(Buffer.from('lethe_shown_once'));
    await serve({ credentials: { issue: () => Promise.resolve({ id: 'k1', key, position: 3 }) } });
    const answer = await as('tenant-admin', {
      method: 'POST',
      url: `${BASE}/api-keys`,
      payload: { role: 'ingest' },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ id: 'k1', key: 'lethe_shown_once', position: 3 });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(key.reveal().every(byte => byte === 0)).toBe(true);
  });

  test('of an operator are not issued to anyone', async () => {
    await serve();
    const answer = await as('operator', {
      method: 'POST',
      url: `${BASE}/api-keys`,
      payload: { role: 'operator' },
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'invalid-request']);
  });

  test('are listed without hash or subject', async () => {
    const stored = {
      id: 'k1',
      tenant: TENANT,
      role: 'subject' as const,
      subject: ME,
      hash: Buffer.alloc(32, 1),
    };
    const dates = { createdAt: NOW, expiresAt: null, revokedAt: null, lastUsedAt: NOW };
    const previous = { hash: Buffer.alloc(32, 2), until: NOW };
    await serve({ credentials: { list: () => Promise.resolve([{ ...stored, ...dates, previous }]) } });
    const answer = await as('tenant-admin', { url: `${BASE}/api-keys` });
    expect(answer.json()).toEqual({
      items: [
        {
          ...{ id: 'k1', role: 'subject', expiresAt: null, revokedAt: null },
          ...{
            createdAt: NOW.toISOString(),
            lastUsedAt: NOW.toISOString(),
            previousUntil: NOW.toISOString(),
          },
        },
      ],
    });
  });
});

describe('the user’s view', () => {
  test('of another user and of nobody answer alike to a subject', async () => {
    await serve({ directory });
    for (const path of ['assets', 'export']) {
      const other = await as('subject', { url: `${BASE}/subjects/someone/${path}` });
      const nobody = await as('subject', { url: `${BASE}/subjects/nobody/${path}` });
      expect(other.statusCode).toBe(404);
      expect({ ...other.json<object>(), instance: '' }).toEqual({ ...nobody.json<object>(), instance: '' });
    }
  });

  test('pages by an opaque cursor and searches under its own purpose', async () => {
    const asked: unknown[] = [];
    const behind = { asset: 'a1', createdAt: NOW };
    const page: Services['userView']['page'] = (_tenant, subject, query, { purpose }) => {
      asked.push({ subject, ...query, purpose });
      return Promise.resolve({ assets: [{ asset: 'a1', createdAt: NOW }], next: behind });
    };
    await serve({ directory, userView: { page } });
    const url = `${BASE}/subjects/me%40user.example/assets`;
    const first = (await as('subject', { url })).json<{ items: unknown[]; next: string }>();
    expect(first.items).toEqual([{ asset: 'a1', createdAt: NOW.toISOString() }]);
    const second = await as('subject', { url, query: { cursor: first.next, q: 'cat', limit: '2' } });
    expect(second.headers['cache-control']).toBe('no-store');
    expect(asked).toEqual([
      { subject: ME, cursor: undefined, limit: 50, search: undefined, purpose: 'serving' },
      { subject: ME, cursor: behind, limit: 2, search: 'cat', purpose: 'search' },
    ]);
  });

  test.each([
    ['cursor=made-up', 'cursor-invalid'],
    ['limit=0', 'invalid-request'],
    ['limit=501', 'invalid-request'],
    ['unknown=1', 'invalid-request'],
  ])('with ?%s is %s', async (query, code) => {
    await serve({ directory });
    const answer = await as('subject', { url: `${BASE}/subjects/me%40user.example/assets?${query}` });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, code]);
  });

  test('is exported line by line', async () => {
    const batches: Services['userView']['export'] = async function* () {
      yield await Promise.resolve([{ asset: 'a1' }, { asset: 'a2' }]);
    };
    await serve({ directory, userView: { export: batches } });
    const answer = await as('dpo', { url: `${BASE}/subjects/someone/export` });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(answer.body).toBe('{"asset":"a1"}\n{"asset":"a2"}\n');
  });

  test('with control characters in the id is refused', async () => {
    await serve({ directory });
    const answer = await as('dpo', { url: `${BASE}/subjects/a%00b/assets` });
    expect(answer.json()).toMatchObject({ code: 'invalid-request' });
  });
});

describe('one asset', () => {
  test('is opened for its owner only, and for the tenant without that limit', async () => {
    const owners: unknown[] = [];
    const content: Services['assets']['content'] = (_tenant, asset, { owner, purpose }) => {
      owners.push([owner, purpose]);
      return Promise.resolve({ asset, pii: { action: 'none' }, contents: [] });
    };
    await serve({ assets: { content } });
    await as('subject', { url: `${BASE}/assets/a1/content` });
    await as('dpo', { url: `${BASE}/assets/a1/content` });
    expect(owners).toEqual([
      [ME, 'serving'],
      [undefined, 'serving'],
    ]);
  });

  test('is not opened for a subject key that speaks for nobody', async () => {
    await serve();
    const { authorization } = frame.keyFor('subject', { subject: null });
    const answer = await frame.app.inject({ url: `${BASE}/assets/a1/content`, headers: { authorization } });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([403, 'forbidden']);
  });

  test('that is erased answers 410 with the proof, before any view is asked', async () => {
    const erasure = { erasedAt: NOW.toISOString(), keys: [REQUEST], method: 'cryptographic-erase' };
    const gone = new LetheError('asset-erased', 'its keys are destroyed', { details: { erasure } });
    await serve({ assets: { requireVisible: () => Promise.reject(gone) } });
    const answer = await as('subject', { url: `${BASE}/assets/a1` });
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({ code: 'asset-erased', erasure });
  });
});

describe('deletion requests', () => {
  const url = `${BASE}/deletion-requests`;
  const receipt = { id: REQUEST, hiddenAt: NOW, eraseAt: NOW, reason: 'why', position: 9 };
  const descendants = { action: 'keep' as const, assets: [] };

  test.each([
    ['subject', 'user'],
    ['tenant-admin', 'tenant-admin'],
    ['dpo', 'dpo'],
    ['ingest', 'user'],
  ] as const)('by role %s have the cause %s', async (role, cause) => {
    const asked: unknown[] = [];
    const requestAsset: Services['deletions']['requestAsset'] = (_tenant, deletion) => {
      asked.push(deletion);
      return Promise.resolve({ ...receipt, descendants });
    };
    await serve({ directory, deletions: { requestAsset } });
    const payload = { subject: 'me@user.example', asset: 'a1' };
    const answer = await as(role, { method: 'POST', url, payload });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['lethe-position']).toBe('9');
    expect(answer.json()).toMatchObject({ id: REQUEST, hiddenAt: NOW.toISOString(), reason: 'why' });
    expect(asked).toEqual([{ asset: 'a1', owner: ME, cause }]);
  });

  test('for an account reach the account, and only if the scope says so', async () => {
    const accounts: unknown[] = [];
    const requestDeletion: Services['accounts']['requestDeletion'] = (_tenant, subject, cause) => {
      accounts.push([subject, cause]);
      return Promise.resolve(receipt);
    };
    await serve({ directory, accounts: { requestDeletion } });
    const subject = 'me@user.example';
    expect(
      (await as('subject', { method: 'POST', url, payload: { subject, scope: 'account' } })).statusCode,
    ).toBe(201);
    expect((await as('subject', { method: 'POST', url, payload: { subject } })).statusCode).toBe(400);
    const both = await as('subject', {
      method: 'POST',
      url,
      payload: { subject, asset: 'a1', scope: 'account' },
    });
    expect(both.statusCode).toBe(400);
    expect(accounts).toEqual([[ME, 'user']]);
  });

  test('for another user are subject-not-found to a subject', async () => {
    await serve({ directory });
    const answer = await as('subject', {
      method: 'POST',
      url,
      payload: { subject: 'someone', scope: 'account' },
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'subject-not-found']);
  });

  test('of another user and unknown ones answer alike to a subject', async () => {
    const dates = { hiddenAt: NOW, eraseAt: NOW, erasedAt: null };
    const record: DeletionRequestRecord = {
      id: REQUEST,
      subject: SOMEONE,
      state: 'hidden',
      certificate: null,
      ...dates,
    };
    const deletionRequest: Services['records']['deletionRequest'] = (_tenant, id) =>
      Promise.resolve(id === REQUEST ? record : undefined);
    await serve({ records: { deletionRequest, viewed } });
    const other = await as('subject', { url: `${url}/${REQUEST}` });
    const nobody = await as('subject', { url: `${url}/${ME}` });
    expect(other.statusCode).toBe(404);
    expect({ ...other.json<object>(), instance: '' }).toEqual({ ...nobody.json<object>(), instance: '' });
    expect((await as('dpo', { url: `${url}/${REQUEST}` })).json()).toMatchObject({ state: 'hidden' });
  });

  test('are listed to a subject as far as they are its own', async () => {
    const asked: unknown[] = [];
    const deletionRequests: Services['records']['deletionRequests'] = (_tenant, query) => {
      asked.push(query.subject);
      return Promise.resolve({ requests: [] });
    };
    await serve({ records: { deletionRequests, viewed } });
    await as('subject', { url });
    await as('dpo', { url });
    expect(asked).toEqual([ME, undefined]);
  });
});

describe('holds', () => {
  const terms = { kind: 'litigation', authority: 'court:12-345', ground: 'preservation order' };

  test('are asked for over assets, a user or a case, by inside references', async () => {
    const scopes: unknown[] = [];
    const request: Services['holds']['request'] = (_tenant, order) => {
      scopes.push(order.scope);
      return Promise.resolve({ hold: REQUEST, preservesUntil: NOW, tooLate: [], position: 4 });
    };
    const cases = { linkedAssets: () => Promise.resolve(['a2', 'a3']) };
    await serve({ directory, holds: { request }, cases });
    const ask = (scope: object) =>
      as('dpo', { method: 'POST', url: `${BASE}/holds`, payload: { ...terms, ...scope } });
    const answers = [
      await ask({ assets: ['a1'] }),
      await ask({ subject: 'someone' }),
      await ask({ case: REQUEST }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202]);
    expect(answers[0]?.json()).toEqual({
      ...{ id: REQUEST, state: 'requested', preservesUntil: NOW.toISOString(), tooLate: [], position: 4 },
    });
    expect(scopes).toEqual([
      { assets: ['a1'] },
      { subject: SOMEONE },
      { assets: ['a2', 'a3'], case: REQUEST },
    ]);
    expect((await ask({})).statusCode).toBe(400);
  });
});

describe('the audit trail', () => {
  const total = 1_203;
  const entries: AuditEntry[] = Array.from({ length: total }, (_, index) => ({
    tenant: TENANT,
    position: index + 1,
    time: NOW,
    action: 'asset.viewed',
    actorKind: 'staff',
    actor: 'k1',
    role: 'dpo',
    target: index === 0 ? '=1+1' : null,
    outcome: 'ok',
    purpose: null,
    policy: 1,
    case: null,
  }));
  const filters: AuditFilter[] = [];
  const list = (
    _tenant: string,
    filter: AuditFilter,
    { cursor, limit, order }: AuditPage,
  ): Promise<AuditList> => {
    filters.push(filter);
    const oldest = order === 'oldest-first';
    const sorted = oldest ? entries : entries.toReversed();
    const place = cursor?.position;
    const behind = sorted.filter(
      ({ position }) => place === undefined || (oldest ? position > place : position < place),
    );
    return Promise.resolve({ entries: behind.slice(0, limit), asOf: total });
  };
  const audit = { list };

  test('is paged to its end without a gap or a repeat, and each page goes on record', async () => {
    let views = 0;
    await serve({ audit, records: { viewed: () => Promise.resolve(void (views += 1)) } });
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: '500', ...(cursor === undefined ? {} : { cursor }) };
      const page = (await as('auditor', { url: `${BASE}/audit`, query })).json<{
        items: AuditEntry[];
        next?: string;
      }>();
      seen.push(...page.items.map(({ position }) => position));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(entries.map(({ position }) => position).reverse());
    expect(views).toBe(3);
  });

  test('is sent whole and oldest first as NDJSON', async () => {
    await serve({ audit, records: { viewed } });
    const answer = await as('auditor', { url: `${BASE}/audit`, headers: { accept: 'application/x-ndjson' } });
    const lines = answer.body.trimEnd().split('\n');
    expect(lines).toHaveLength(total);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ position: 1, time: NOW.toISOString() });
  });

  test('is sent whole as CSV, no cell of which a spreadsheet would run', async () => {
    await serve({ audit, records: { viewed } });
    const answer = await as('auditor', { url: `${BASE}/audit`, headers: { accept: 'text/csv' } });
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const lines = answer.body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + total);
    expect(lines[0]).toBe('position,time,action,actorKind,actor,role,target,outcome,purpose,policy,case');
    expect(lines[1]).toBe(`1,${NOW.toISOString()},asset.viewed,staff,k1,dpo,'=1+1,ok,,1,`);
  });

  test('passes its filters on, times as instants', async () => {
    await serve({ audit, records: { viewed } });
    filters.splice(0);
    const query = {
      ...{ actor: 'k1', role: 'dpo', action: 'asset.*', outcome: 'denied', policy: '2' },
      ...{ case: SOMEONE, from: '2026-01-15T13:00:00+01:00' },
    };
    await as('auditor', { url: `${BASE}/audit`, query });
    expect(filters).toEqual([{ ...query, policy: 2, from: NOW }]);
  });

  test.each([
    { action: 'Asset' },
    { action: '*asset' },
    { outcome: 'maybe' },
    { policy: '0' },
    { case: 'x' },
  ])('refuses the filter %j', async query => {
    await serve({ audit, records: { viewed } });
    expect((await as('auditor', { url: `${BASE}/audit`, query })).statusCode).toBe(400);
  });
});
