import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AUDIENCE, newSigningKey, startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts';
import { auditEntryAnswer, keyAnswer, problemAnswer } from '../support/service-answers.ts';
import { storedEvents } from '../support/service-event-log.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { listed, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const PERSON = 'nobody-in-particular@example.com';
const ROLES = ['operator', 'tenant-admin', 'dpo', 'auditor', 'investigator', 'ingest', 'subject'];

let issuer: OidcIssuer;
let here: TestService;
let there: TestService;
let tenant: TestTenant;
let other: TestTenant;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  const entry = {
    ...{ issuer: issuer.issuer, audience: AUDIENCE, tenant: { claim: 'tenant' } },
    role: { claim: 'roles', values: Object.fromEntries(ROLES.map(role => [role, role])) },
  };
  const env = { LETHE_OIDC: JSON.stringify([entry]), LETHE_OIDC_ACTOR_KEY: 'k'.repeat(43) };
  here = await createService({ database: 'shared', env });
  there = here.anotherNode(['api']);
  await here.start();
  await there.start();
  [tenant, other] = await Promise.all([registerTenant(here), registerTenant(here)]);
});
afterAll(async () => {
  await there.stop();
  await here.destroy();
  await issuer.close();
});

const by = async (role: string, claims: Readonly<Record<string, unknown>> = {}, at = here): Promise<Caller> =>
  at.callerWith(await issuer.token({ claims: { sub: PERSON, roles: [role], tenant: tenant.id, ...claims } }));
const refusalOf = (answer: Answer): [number, string] => [answer.status, answer.as(problemAnswer).code];

const entry = auditEntryAnswer.extend({ actor: z.string(), role: z.string().nullable() });
async function trail(filter: string): Promise<z.infer<typeof entry>[]> {
  const answer = await tenant.auditor.get(tenant.path(`/audit?${filter}`));
  return answer.as(z.looseObject({ items: z.array(entry) })).items;
}

/** What the log says in clear, of events whose type begins so. */
const recorded = async (...types: readonly string[]): Promise<string> =>
  (await storedEvents(here))
    .filter(({ type }) => types.some(beginning => type.startsWith(beginning)))
    .map(({ envelope }) => envelope.toString('utf8'))
    .join('\n');

/** As the command tells it to whoever has the key of the pseudonyms. */
async function pseudonymOf(sub: string): Promise<string> {
  const args = ['src/cli/main.ts', 'actor', '--issuer', issuer.issuer, '--tenant', tenant.id];
  const command = promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...here.env },
  });
  command.child.stdin?.end(`${sub}\n`);
  return (await command).stdout.trim();
}

const EFFECTS = ['upload.', 'credential.', 'access.denied', 'refusals.'];

describe('access tokens of an issuer', () => {
  it('do what the role of each may do, at any node', async () => {
    const machine = await by('ingest', { sub: 'backend' }, there);
    expect((await machine.post(tenant.path('/events'), upload('mine', { subject: PERSON }))).status).toBe(
      200,
    );
    await vi.waitFor(
      async () => expect(await listed(tenant, await by('subject'), PERSON)).toEqual(['mine']),
      PATIENCE,
    );
    expect((await (await by('auditor')).get(tenant.path('/audit'))).status).toBe(200);
    expect((await (await by('dpo')).get(tenant.path('/deletion-requests'))).status).toBe(200);
    expect((await (await by('tenant-admin')).get(tenant.path('/api-keys'))).status).toBe(200);
    expect((await (await by('investigator')).get(tenant.path('/cases'))).status).toBe(200);
    expect((await (await by('operator')).get(other.path('/policy'))).status).toBe(200);
    expect(refusalOf(await (await by('auditor')).get(tenant.path('/api-keys')))).toEqual([403, 'forbidden']);
  });

  it('put their holder on record under one pseudonym, and the name nowhere', async () => {
    const admin = await by('tenant-admin');
    const issued = await admin.post(tenant.path('/api-keys'), { role: 'auditor' });
    const { id } = issued.as(keyAnswer);
    const issuedBy = await vi.waitFor(async () => {
      const found = (await trail('action=credential.issued')).find(({ target }) => target === id);
      expect(found?.actor).toMatch(/^oidc~[0-9a-f]{32}$/);
      return found?.actor ?? '';
    }, PATIENCE);
    expect((await (await by('tenant-admin', {}, there)).delete(tenant.path(`/api-keys/${id}`))).status).toBe(
      200,
    );
    await vi.waitFor(async () => {
      expect(await trail(`action=credential.revoked&actor=${issuedBy}`)).toMatchObject([{ target: id }]);
    }, PATIENCE);
    expect(await pseudonymOf(PERSON)).toBe(issuedBy);
    expect(await recorded('')).not.toContain('nobody-in-particular');
    expect((await here.output()) + (await there.output())).not.toContain('nobody-in-particular');
  });

  it('open no other tenant, whatever the address or the body says', async () => {
    const before = await recorded(...EFFECTS);
    const machine = await by('ingest');
    expect(refusalOf(await machine.post(other.path('/events'), upload('x', {})))).toEqual([
      404,
      'tenant-not-found',
    ]);
    for (const [field, code] of [
      ['tenant', 'invalid-event'],
      ['lethetenant', 'tenant-mismatch'],
    ] as const) {
      const event = upload('x', { subject: 'eve', content: 'x' }, { [field]: other.id });
      const answer = await machine.post(tenant.path('/events'), event);
      expect([field, ...refusalOf(answer)]).toEqual([field, 400, code]);
    }
    const key = { role: 'dpo', tenant: other.id };
    const admin = await by('tenant-admin');
    expect(refusalOf(await admin.post(tenant.path('/api-keys'), key))).toEqual([400, 'invalid-request']);
    expect(await recorded(...EFFECTS)).toBe(before);
  });

  it('are refused with their codes, and nothing is recorded of what anybody could have made', async () => {
    const before = await recorded(...EFFECTS);
    const good = { sub: PERSON, roles: ['dpo'], tenant: tenant.id };
    const stranger = await newSigningKey('ES256', issuer.key.kid);
    const tokens = {
      'token-signature-invalid': await issuer.token({ claims: good, key: stranger }),
      'token-key-unknown': await issuer.token({ claims: good, header: { kid: 'nobody' } }),
      'token-issuer-unknown': await issuer.token({ claims: { ...good, iss: 'https://other.test' } }),
      'token-malformed': 'nonsense',
      'token-too-large': 'x'.repeat(9_000),
    };
    for (const [code, token] of Object.entries(tokens)) {
      const answer = await here.callerWith(token).get(tenant.path('/policy'));
      expect(refusalOf(answer)).toEqual([401, code]);
      const { text } = await here.callerWith(undefined).get('/metrics');
      expect(text).toContain(`lethe_refused_credentials_total{code="${code}"} 1`);
    }
    expect(await recorded(...EFFECTS)).toBe(before);
  });
});

describe('an API key', () => {
  const works = async (key: string, at = here): Promise<boolean> =>
    (await at.callerWith(key).get(tenant.path('/policy'))).status === 200;
  const issue = async () =>
    (await tenant.admin.post(tenant.path('/api-keys'), { role: 'auditor' })).as(keyAnswer);
  const rotated = keyAnswer.extend({ previousUntil: z.iso.datetime() });
  const rotate = (id: string, order: unknown) =>
    tenant.admin.post(tenant.path(`/api-keys/${id}/rotate`), order);
  const listedKey = async (id: string) => {
    const key = z.looseObject({
      id: z.string(),
      lastUsedAt: z.string().nullable(),
      previousUntil: z.string().nullable(),
    });
    const answer = await tenant.admin.get(tenant.path('/api-keys'));
    return answer.as(z.object({ items: z.array(key) })).items.find(found => found.id === id);
  };
  const refusedSoon = (key: string, at: TestService, code: string): Promise<void> =>
    vi.waitFor(
      async () => {
        const answer = await at.callerWith(key).get(tenant.path('/policy'));
        expect([answer.status, answer.text]).toEqual([401, expect.stringContaining(code)]);
      },
      { timeout: 10_000, interval: 100 },
    );

  it('that is rotated has two secrets for a while, at every node, and stays who it is', async () => {
    const { id, key: former } = await issue();
    expect([await works(former), await works(former, there)]).toEqual([true, true]);
    const answer = (await rotate(id, { overlap: 'PT1H' })).as(rotated);
    expect(answer.id).toBe(id);
    for (const key of [answer.key, former]) {
      expect([await works(key), await works(key, there)]).toEqual([true, true]);
    }
    expect((await listedKey(id))?.previousUntil).toBe(answer.previousUntil);
    await vi.waitFor(
      async () => expect(await trail('action=credential.rotated')).toMatchObject([{ target: id }]),
      PATIENCE,
    );
  });

  it('that is rotated without overlap loses its former secret within seconds, and one before that at once', async () => {
    const { id, key: first } = await issue();
    const second = (await rotate(id, {})).as(rotated).key;
    const third = (await rotate(id, { overlap: 'PT0S' })).as(rotated).key;
    for (const key of [first, second]) await refusedSoon(key, there, 'credential-invalid');
    expect([await works(third), await works(third, there)]).toEqual([true, true]);
  });

  it('that ends, or is nobody’s, is not rotated', async () => {
    const { id, key } = await issue();
    expect((await tenant.admin.delete(tenant.path(`/api-keys/${id}`))).status).toBe(200);
    expect(refusalOf(await rotate(id, {}))).toEqual([409, 'credential-ended']);
    const elsewhere = await other.admin.post(other.path(`/api-keys/${id}/rotate`), {});
    expect(refusalOf(elsewhere)).toEqual([404, 'credential-not-found']);
    expect(refusalOf(await rotate((await issue()).id, { overlap: 'P31D' }))).toEqual([
      400,
      'invalid-request',
    ]);
    await refusedSoon(key, there, 'credential-revoked');
  });

  it('keeps its last use, and what was refused is on record, once the service has stopped', async () => {
    const { id, key } = await issue();
    expect((await listedKey(id))?.lastUsedAt).toBeNull();
    expect(await works(key)).toBe(true);
    const revoked = await issue();
    await tenant.admin.delete(tenant.path(`/api-keys/${revoked.id}`));
    await refusedSoon(revoked.key, here, 'credential-revoked');
    const now = Math.floor(Date.now() / 1_000) - 600;
    const expired = await issuer.token({ now, claims: { roles: ['dpo'], tenant: tenant.id } });
    expect(refusalOf(await here.callerWith(expired).get(tenant.path('/policy')))).toEqual([
      401,
      'token-expired',
    ]);
    await here.stop();
    const log = await recorded('refusals.');
    await here.start();
    expect((await listedKey(id))?.lastUsedAt).toEqual(expect.any(String));
    expect(log).toMatch(/"refusals\.counted".*"code":"credential-revoked"/);
    expect(log).toMatch(/"refusals\.counted".*"code":"token-expired","count":1/);
  }, 60_000);
});

describe('the key of the operator', () => {
  const inFile = async (): Promise<string> =>
    (await readFile(join(here.dataDir, 'operator.key'), 'utf8')).trim();
  const statusOf = async (key: string, at = here): Promise<number> =>
    (await at.callerWith(key).get(tenant.path('/policy'))).status;
  const refused = (key: string): Promise<void> =>
    vi.waitFor(async () => expect(await statusOf(key, there)).toBe(401), { timeout: 10_000, interval: 100 });

  it('is rotated and revoked by command, and the next start makes one where none is left', async () => {
    const former = await inFile();
    expect(await here.command('operator-keys', 'rotate', '--overlap', 'PT0S')).toMatchObject({ code: 0 });
    const rotated = await inFile();
    const id = rotated.slice(6, 22);
    expect(former.slice(6, 22)).toBe(id);
    expect([await statusOf(rotated), await statusOf(rotated, there)]).toEqual([200, 200]);
    await refused(former);
    expect(await here.command('operator-keys', 'revoke', id)).toMatchObject({ code: 0 });
    await refused(rotated);
    const listed = await here.command('operator-keys');
    expect(listed.output).toMatch(new RegExp(`${id} operator: .*revoked`));
    expect(listed.output).not.toContain(rotated.slice(23));
    await here.stop();
    await here.start();
    expect(await inFile()).not.toBe(rotated);
    expect(await statusOf(await inFile())).toBe(200);
  }, 60_000);

  it('that the service does not have is neither rotated nor revoked', async () => {
    const revoked = await here.command('operator-keys', 'revoke', '0000000000000000');
    expect(revoked).toMatchObject({
      code: 1,
      output: expect.stringContaining('credential-not-found') as string,
    });
  });
});
