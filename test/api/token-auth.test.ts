import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTokenVerifier } from '../../src/platform/oidc/verifier.ts';
import { startOidcIssuer, type OidcIssuer, type TokenOptions } from '../support/oidc-issuer.ts';
import { issuerEntry, member, NOW_S, readConfig } from '../platform/oidc/support.ts';
import { buildFrame, echoRoute, NOW, OTHER_TENANT, TENANT, type Frame } from './support/frame.ts';

const USER = '0197a000-0000-7000-8000-0000000000aa';

let issuer: OidcIssuer;
let frame: Frame;
let lookedFor: string[];
beforeAll(async () => (issuer = await startOidcIssuer()));
afterAll(() => issuer.close());

beforeEach(async () => {
  const config = readConfig([issuerEntry(issuer.issuer)]);
  if (config === undefined) throw new Error('no issuer');
  lookedFor = [];
  const verifier = createTokenVerifier(config, {
    clock: { now: () => NOW },
    elapsed: () => 0,
    onRefused: () => undefined,
  });
  const find = (tenant: string, user: string) => {
    lookedFor.push(`${tenant} ${user}`);
    return Promise.resolve(user === 'user-1' ? USER : undefined);
  };
  frame = await buildFrame([echoRoute(['dpo', 'subject', 'operator'])], {
    tokens: { verifier, directory: { find } },
  });
});
afterEach(() => frame.app.close());

const tokenOf = (group: string, sub?: string, options: TokenOptions = {}) =>
  issuer.token({ now: NOW_S, claims: member(group, sub), ...options });
const ask = (token: string, tenant = TENANT) =>
  frame.app.inject({ url: `/v1/tenants/${tenant}/echo`, headers: { authorization: `Bearer ${token}` } });
async function refusal(token: string, tenant = TENANT): Promise<[number, string]> {
  const answer = await ask(token, tenant);
  return [answer.statusCode, answer.json<{ code: string }>().code];
}

describe('an access token at the door', () => {
  test('says who is calling, under a name that says nothing of the person', async () => {
    const answer = await ask(await tokenOf('privacy', 'person@example.com'));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ principal: { role: 'dpo', tenant: TENANT, subject: null } });
    expect(answer.body).toMatch(/"credential":"oidc~[0-9a-f]{32}"/);
    expect(answer.body + frame.logged()).not.toContain('person@example.com');
  });

  test('of a user speaks for that user of its tenant', async () => {
    const answer = await ask(await tokenOf('users', 'user-1'));
    expect(answer.json()).toMatchObject({ principal: { role: 'subject', tenant: TENANT, subject: USER } });
    expect(lookedFor).toEqual([`${TENANT} user-1`]);
  });

  test('of somebody who never used the platform finds nobody', async () => {
    expect(await refusal(await tokenOf('users', 'stranger'))).toEqual([404, 'subject-not-found']);
  });

  test('opens its own tenant and no other; that of the operator opens each', async () => {
    expect(await refusal(await tokenOf('privacy'), OTHER_TENANT)).toEqual([404, 'tenant-not-found']);
    expect((await ask(await tokenOf('cell'), OTHER_TENANT)).statusCode).toBe(200);
  });

  test('of a role that may not is refused and told of, as a key is', async () => {
    expect(await refusal(await tokenOf('audit'))).toEqual([403, 'forbidden']);
    expect(frame.denials).toMatchObject([
      { tenant: TENANT, principal: { role: 'auditor' }, reason: 'forbidden' },
    ]);
  });

  test('that is refused answers with the challenge of RFC 6750 and nothing of the token', async () => {
    const expired = { now: NOW_S - 3_600, claims: member('privacy', 'person@example.com') };
    const answer = await ask(await issuer.token(expired));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'token-expired']);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.body + frame.logged()).not.toMatch(/person@example|eyJ/);
  });

  test('whose issuer is down answers 503, says when to come back, and keys go on', async () => {
    issuer.fail(true);
    try {
      const answer = await ask(await tokenOf('privacy'));
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'issuer-unavailable']);
      expect(answer.headers['retry-after']).toBe('5');
      const { authorization } = frame.keyFor('dpo');
      const byKey = await frame.app.inject({ url: `/v1/tenants/${TENANT}/echo`, headers: { authorization } });
      expect(byKey.statusCode).toBe(200);
    } finally {
      issuer.fail(false);
    }
  });

  test('is no credential where no issuer is configured', async () => {
    await frame.app.close();
    frame = await buildFrame([echoRoute(['dpo'])]);
    expect(await refusal(await tokenOf('privacy'))).toEqual([401, 'credential-invalid']);
  });
});
