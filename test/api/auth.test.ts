import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mintSecret } from '../../src/application/credentials.ts';
import { actorOf } from '../../src/api/principal.ts';
import type { RouteGroup } from '../../src/api/server.ts';
import type { Credential } from '../../src/domain/ports/credentials.ts';
import { ROLES } from '../../src/domain/ports/credentials.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { buildFrame, echoRoute, NOW, OTHER_TENANT, TENANT, type Frame } from './support/frame.ts';

let frame: Frame;
beforeEach(async () => (frame = await buildFrame([echoRoute(['ingest', 'operator'])])));
afterEach(() => frame.app.close());

const ask = (authorization: string | undefined, tenant = TENANT) =>
  frame.app.inject({
    url: `/v1/tenants/${tenant}/echo`,
    headers: authorization === undefined ? {} : { authorization },
  });

async function refusal(authorization: string | undefined, tenant = TENANT): Promise<[number, string]> {
  const answer = await ask(authorization, tenant);
  return [answer.statusCode, answer.json<{ code: string }>().code];
}

describe('authentication', () => {
  test('a good key says who is calling', async () => {
    const { id, authorization } = frame.keyFor('ingest');
    const answer = await ask(authorization);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      principal: { credential: id, role: 'ingest', tenant: TENANT, subject: null },
    });
  });

  test('no header is credential-missing and names the scheme', async () => {
    const answer = await ask(undefined);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({ code: 'credential-missing' });
  });

  test.each([
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no key', 'Bearer '],
    ['another form', 'Bearer lethe_abc_def'],
    ['an unknown id', `Bearer lethe_${'0'.repeat(16)}_${'a'.repeat(43)}`],
    ['a key with something behind it', `Bearer lethe_${'0'.repeat(16)}_${'a'.repeat(44)}`],
  ])('%s is credential-invalid', async (_what, header) => {
    expect(await refusal(header)).toEqual([401, 'credential-invalid']);
  });

  test('the right id with another secret is credential-invalid, whatever the state of the key', async () => {
    const { authorization } = frame.keyFor('ingest', { revokedAt: NOW });
    const forged = authorization.slice(0, -43) + 'A'.repeat(43);
    expect(await refusal(forged)).toEqual([401, 'credential-invalid']);
  });

  test('a key works until the instant that it expires', async () => {
    const before = frame.keyFor('ingest', { expiresAt: new Date(NOW.getTime() + 1) });
    const at = frame.keyFor('ingest', { expiresAt: NOW });
    expect((await ask(before.authorization)).statusCode).toBe(200);
    expect(await refusal(at.authorization)).toEqual([401, 'credential-expired']);
  });

  test('a revoked key is credential-revoked', async () => {
    expect(await refusal(frame.keyFor('ingest', { revokedAt: NOW }).authorization)).toEqual([
      401,
      'credential-revoked',
    ]);
  });

  test('a revocation is noticed within two seconds, and until then the store is asked once', async () => {
    const { id, authorization } = frame.keyFor('ingest');
    await Promise.all(Array.from({ length: 20 }, () => ask(authorization)));
    expect(frame.lookups()).toBe(1);
    frame.credentials.set(id, { ...(frame.credentials.get(id) as Credential), revokedAt: NOW });
    frame.elapse(1_999);
    expect((await ask(authorization)).statusCode).toBe(200);
    frame.elapse(1);
    expect(await refusal(authorization)).toEqual([401, 'credential-revoked']);
  });

  test('a key works as soon as it is issued, even if it was tried before', async () => {
    const { id, authorization } = frame.keyFor('ingest');
    const credential = frame.credentials.get(id) as Credential;
    frame.credentials.delete(id);
    expect(await refusal(authorization)).toEqual([401, 'credential-invalid']);
    frame.credentials.set(id, credential);
    expect((await ask(authorization)).statusCode).toBe(200);
  });

  test('a rotated key has both secrets until the former one ends, and the new one works at once', async () => {
    const { id, authorization: former } = frame.keyFor('ingest');
    expect((await ask(former)).statusCode).toBe(200);
    const stored = frame.credentials.get(id) as Credential;
    const { key, hash } = mintSecret(id, randomBytes);
    const until = new Date(NOW.getTime() + 1);
    frame.credentials.set(id, { ...stored, hash, previous: { hash: stored.hash, until } });
    expect((await ask(`Bearer ${key.reveal().toString('utf8')}`)).statusCode).toBe(200);
    expect((await ask(former)).statusCode).toBe(200);
    frame.credentials.set(id, { ...stored, hash, previous: { hash: stored.hash, until: NOW } });
    frame.elapse(2_000);
    expect(await refusal(former)).toEqual([401, 'credential-invalid']);
    expect((await ask(`Bearer ${key.reveal().toString('utf8')}`)).statusCode).toBe(200);
  });

  test('the former secret of a revoked key is revoked too', async () => {
    const { id, authorization } = frame.keyFor('ingest');
    const stored = frame.credentials.get(id) as Credential;
    const previous = { hash: stored.hash, until: new Date(NOW.getTime() + 1) };
    frame.credentials.set(id, { ...stored, hash: randomBytes(32), previous, revokedAt: NOW });
    expect(await refusal(authorization)).toEqual([401, 'credential-revoked']);
  });

  test('its use is noted where it is let in, and a refusal told of where its secret was right', async () => {
    await frame.app.close();
    const [uses, refusals]: string[][] = [[], []];
    frame = await buildFrame([echoRoute(['ingest'])], {
      onKeyUsed: id => void uses?.push(id),
      onRefused: ({ tenant, code }) => void refusals?.push(`${tenant ?? 'unknown'} ${code}`),
    });
    const good = frame.keyFor('ingest');
    const revoked = frame.keyFor('ingest', { revokedAt: NOW });
    const forged = revoked.authorization.slice(0, -43) + 'A'.repeat(43);
    for (const each of [good.authorization, revoked.authorization, forged]) await ask(each);
    expect(uses).toEqual([good.id]);
    expect(refusals).toEqual([`${TENANT} credential-revoked`, 'unknown credential-invalid']);
  });

  test('a store that fails is no refusal, and is asked again', async () => {
    await frame.app.close();
    let failing = true;
    frame = await buildFrame([echoRoute(['ingest'])], {
      credentials: {
        find: id =>
          failing
            ? Promise.reject(new LetheError('log-unavailable', 'down'))
            : Promise.resolve(frame.credentials.get(id)),
      },
    });
    const { authorization } = frame.keyFor('ingest');
    expect(await refusal(authorization)).toEqual([503, 'log-unavailable']);
    failing = false;
    expect((await ask(authorization)).statusCode).toBe(200);
  });
});

describe('authorisation', () => {
  test.each(ROLES.map(role => [role, role === 'ingest' || role === 'operator' ? 200 : 403]))(
    'role %s answers %i where ingest and operator may',
    async (role, status) => {
      expect((await ask(frame.keyFor(role).authorization)).statusCode).toBe(status);
    },
  );

  test.each(ROLES.filter(role => role !== 'operator'))('role %s finds no other tenant', async role => {
    const { authorization } = frame.keyFor(role);
    const other = await ask(authorization, OTHER_TENANT);
    const none = await ask(authorization, '0197a000-0000-7000-8000-00000000ffff');
    expect(other.statusCode).toBe(404);
    expect({ ...other.json<object>(), instance: '' }).toEqual({ ...none.json<object>(), instance: '' });
    expect(other.json()).toMatchObject({ code: 'tenant-not-found' });
  });

  test('the operator may enter any tenant', async () => {
    expect((await ask(frame.keyFor('operator').authorization, OTHER_TENANT)).statusCode).toBe(200);
  });

  test('a key without a tenant that is not an operator enters none', async () => {
    const { authorization } = frame.keyFor('ingest', { tenant: null });
    expect(await refusal(authorization)).toEqual([404, 'tenant-not-found']);
  });

  test('a tenant id that is none is tenant-not-found for the operator too', async () => {
    expect(await refusal(frame.keyFor('operator').authorization, 'acme')).toEqual([404, 'tenant-not-found']);
  });

  test('a role that may not is told of, without what it asked for', async () => {
    const { id, authorization } = frame.keyFor('auditor');
    expect(await refusal(authorization)).toEqual([403, 'forbidden']);
    expect(frame.denials).toEqual([
      {
        principal: { credential: id, role: 'auditor', tenant: TENANT, subject: null },
        tenant: TENANT,
        action: 'GET /v1/tenants/:tenant/echo',
        reason: 'forbidden',
      },
    ]);
  });

  test('a route under /v1 without roles cannot be registered', async () => {
    const open: RouteGroup = app => app.get('/v1/open', () => ({}));
    await expect(buildFrame([open])).rejects.toThrow('/v1/open declares no roles');
  });
});

test('a subject acts under its reference, staff and machines under their key', () => {
  const base = { credential: 'key-1', tenant: TENANT, subject: null };
  expect(actorOf({ ...base, role: 'subject', subject: 'ref-1' })).toEqual({
    kind: 'subject',
    id: 'ref-1',
    role: 'subject',
  });
  expect(actorOf({ ...base, role: 'dpo' })).toEqual({ kind: 'staff', id: 'key-1', role: 'dpo' });
  expect(actorOf({ ...base, role: 'ingest' })).toEqual({ kind: 'api-client', id: 'key-1', role: 'ingest' });
});
