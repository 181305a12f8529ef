import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  forgeToken,
  newSigningKey,
  startOidcIssuer,
  AUDIENCE,
  type OidcIssuer,
  type SigningKey,
  type TokenOptions,
} from '../../support/oidc-issuer.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { member, NOW_S, TENANT, verifying, type Verifying } from './support.ts';

let issuer: OidcIssuer;
let another: OidcIssuer;
let rsa: SigningKey;
beforeAll(async () => {
  [issuer, another, rsa] = await Promise.all([startOidcIssuer(), startOidcIssuer(), newSigningKey('RS256')]);
  issuer.publish(rsa.publicJwk);
});
afterAll(() => Promise.all([issuer.close(), another.close()]));

const token = ({ claims = {}, ...options }: TokenOptions = {}, group = 'privacy') =>
  issuer.token({ now: NOW_S, claims: { ...member(group), ...claims }, ...options });
const refusal = (presented: string, by: Verifying = verifying(issuer)): Promise<string | undefined> =>
  rejectionCode(by.verify(presented));

describe('an access token', () => {
  it.each([
    ['admins', 'tenant-admin'],
    ['privacy', 'dpo'],
    ['audit', 'auditor'],
    ['safety', 'investigator'],
    ['backend', 'ingest'],
  ])('of a member of %s speaks for a %s of its tenant', async (group, role) => {
    const caller = await verifying(issuer).verify(await token({}, group));
    expect(caller).toMatchObject({ role, tenant: TENANT, user: null });
  });

  it('of a user names the user, by sub or by the claim that the configuration says', async () => {
    expect(await verifying(issuer).verify(await token({}, 'users'))).toMatchObject({
      role: 'subject',
      user: 'staff-7',
    });
    const named = await token({ claims: { account: { name: 'user 9' } } }, 'users');
    const caller = await verifying(issuer, { user: ['account', 'name'] }).verify(named);
    expect(caller).toMatchObject({ role: 'subject', user: 'user 9', tenant: TENANT });
  });

  it('of the operator belongs to no tenant, whatever it says of one', async () => {
    expect(await verifying(issuer).verify(await token({}, 'cell'))).toMatchObject({
      role: 'operator',
      tenant: null,
    });
  });

  it('may name its role among words, and its tenant by its id where no map is given', async () => {
    const claims = { groups: undefined, scope: 'openid audit', org: TENANT };
    const mapping = { role: { claim: 'scope', values: { audit: 'auditor' } }, tenant: { claim: 'org' } };
    expect(await verifying(issuer, mapping).verify(await token({ claims }))).toMatchObject({
      role: 'auditor',
      tenant: TENANT,
    });
  });

  it('is taken for several audiences, with another key type, and with application/ before its type', async () => {
    for (const options of [
      { claims: { aud: ['https://other.test', AUDIENCE] } },
      { key: rsa },
      { header: { typ: 'application/at+jwt' } },
    ]) {
      expect(await verifying(issuer).verify(await token(options))).toMatchObject({ role: 'dpo' });
    }
  });
});

describe('the actor of a token', () => {
  const actorOf = async (sub: string, group = 'privacy') =>
    (await verifying(issuer).verify(await token({ claims: { sub } }, group))).actor;

  it('is the same for every token of the same person, and says nothing of who it is', async () => {
    const actor = await actorOf('person@example.com');
    expect(actor).toMatch(/^oidc~[0-9a-f]{32}$/);
    expect(await actorOf('person@example.com', 'audit')).toBe(actor);
    expect(await actorOf('other@example.com')).not.toBe(actor);
  });

  it('is another one in another tenant, under another issuer, and under another key', async () => {
    const elsewhere = {
      tenant: { claim: ['org', 'id'], values: { acme: '0197a000-0000-7000-8000-000000000002' } },
    };
    const [here, there] = await Promise.all([
      actorOf('staff-7'),
      verifying(issuer, elsewhere).verify(await token()),
    ]);
    const foreign = await verifying(another).verify(
      await another.token({ now: NOW_S, claims: member('privacy') }),
    );
    expect(new Set([here, there.actor, foreign.actor]).size).toBe(3);
  });
});

const HOUR_S = 3_600;

describe('a token is refused', () => {
  it.each<[string, string, TokenOptions]>([
    ['with a key id that the issuer does not have', 'token-key-unknown', { header: { kid: 'nobody' } }],
    ['for another service', 'token-audience-wrong', { claims: { aud: 'https://other.test' } }],
    ['without an audience', 'token-claim-missing', { claims: { aud: undefined } }],
    ['that was made for signing in', 'token-type-refused', { header: { typ: 'JWT' } }],
    ['without a type', 'token-type-refused', { header: { typ: undefined } }],
    ['without sub', 'token-claim-missing', { claims: { sub: undefined } }],
    ['with a sub that is no text', 'token-claim-invalid', { claims: { sub: 7 } }],
    ['with a date that is none', 'token-claim-invalid', { claims: { exp: 'tomorrow' } }],
    ['with an empty sub', 'token-claim-invalid', { claims: { sub: '' } }],
    ['without iat', 'token-claim-missing', { claims: { iat: undefined } }],
    ['without exp', 'token-claim-missing', { claims: { exp: undefined } }],
    ['of a group without a role', 'token-role-unmapped', { claims: { groups: ['kitchen', 'constructor'] } }],
    ['without groups', 'token-role-unmapped', { claims: { groups: undefined } }],
    ['with two roles', 'token-role-ambiguous', { claims: { groups: ['audit', 'privacy'] } }],
    ['of an unknown tenant', 'token-tenant-unmapped', { claims: { org: { id: '__proto__' } } }],
    ['of no tenant', 'token-tenant-unmapped', { claims: { org: undefined } }],
    ['that would live too long', 'token-life-too-long', { claims: { exp: NOW_S + HOUR_S + 1 } }],
    ['that has lived too long', 'token-life-too-long', { claims: { iat: NOW_S - 2 * HOUR_S } }],
    ['of an issuer that is not known', 'token-issuer-unknown', { claims: { iss: 'https://other.test' } }],
  ])('%s', async (_what, code, options) => {
    expect(await refusal(await token(options))).toBe(code);
  });

  it('of a user whose name cannot be one', async () => {
    expect(await refusal(await token({ claims: { sub: 'x'.repeat(257) } }, 'users'))).toBe(
      'token-claim-invalid',
    );
  });

  it('that lacks a claim which the configuration asks for', async () => {
    const strict = verifying(issuer, { required: ['jti'] });
    expect(await refusal(await token(), strict)).toBe('token-claim-missing');
    expect(await strict.verify(await token({ claims: { jti: '1' } }))).toMatchObject({ role: 'dpo' });
  });

  it('with an algorithm that is off the list, though the key is published', async () => {
    expect(await refusal(await token({ key: rsa }), verifying(issuer, { algorithms: ['ES256'] }))).toBe(
      'token-algorithm-refused',
    );
  });

  it('that another issuer signed, under the name of this one or with its key id', async () => {
    const forged = await token({ key: { ...another.key, kid: issuer.key.kid } });
    expect(await refusal(forged)).toBe('token-signature-invalid');
    expect(await refusal(await token({ key: another.key }))).toBe('token-key-unknown');
  });

  it('that this issuer signed under the name of another one that is known', async () => {
    const misnamed = await token({ claims: { iss: another.issuer } });
    expect(await refusal(misnamed, verifying(another))).toBe('token-key-unknown');
  });

  it('whose claims were changed after it was signed', async () => {
    const [header, , signature] = (await token({}, 'audit')).split('.');
    const [, claims] = (await token({}, 'admins')).split('.');
    expect(await refusal(`${header}.${claims}.${signature}`)).toBe('token-signature-invalid');
  });

  const claims = () => ({
    iss: issuer.issuer,
    aud: AUDIENCE,
    iat: NOW_S,
    exp: NOW_S + 60,
    ...member('admins'),
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('that is not signed: alg %s', async alg => {
    expect(await refusal(forgeToken({ alg, typ: 'at+jwt' }, claims(), () => ''))).toBe(
      'token-algorithm-refused',
    );
  });

  it('signed with the public key as if it were a secret', async () => {
    const spki = await exportSPKI((await importJWK({ ...rsa.publicJwk, ext: true }, 'RS256')) as CryptoKey);
    for (const secret of [spki, spki.trim(), JSON.stringify(rsa.publicJwk)]) {
      const header = { alg: 'HS256', typ: 'at+jwt', kid: rsa.kid };
      const forged = forgeToken(header, claims(), input =>
        createHmac('sha256', secret).update(input).digest('base64url'),
      );
      expect(await refusal(forged)).toBe('token-algorithm-refused');
    }
  });

  it('that brings its own key', async () => {
    const own = await newSigningKey('ES256', issuer.key.kid);
    const header = { jwk: own.publicJwk, jku: `${another.issuer}/keys`, kid: issuer.key.kid };
    expect(await refusal(await token({ key: own, header }))).toBe('token-signature-invalid');
  });

  it.each([
    ['no parts', 'nonsense'],
    ['empty parts', '..'],
    ['no JSON', 'bm8.bm8.bm8'],
    ['five parts', 'e30.e30.e30.e30.e30'],
  ])('that is none: %s', async (_what, text) => {
    expect(await refusal(text)).toBe('token-malformed');
  });

  it('that is huge, before anything of it is read', async () => {
    expect(await refusal(await token({ claims: { padding: 'x'.repeat(8_192) } }))).toBe('token-too-large');
  });
});

describe('the clocks', () => {
  it.each([
    ['expires this instant less the skew', { exp: NOW_S - 30 }, 'token-expired'],
    ['expires a second later', { exp: NOW_S - 29 }, undefined],
    ['begins within the skew', { nbf: NOW_S + 30 }, undefined],
    ['begins a second later', { nbf: NOW_S + 31 }, 'token-not-yet-valid'],
    ['was issued within the skew ahead', { iat: NOW_S + 30 }, undefined],
    ['was issued a second later', { iat: NOW_S + 31 }, 'token-not-yet-valid'],
    ['lives for the longest', { exp: NOW_S + HOUR_S }, undefined],
  ])('may differ by the skew and no more: a token that %s', async (_what, claims, code) => {
    const presented = await token({
      claims: {
        iat: NOW_S - 200,
        ...claims,
        ...('exp' in claims && claims.exp > NOW_S ? { iat: NOW_S } : {}),
      },
    });
    if (code === undefined) expect(await verifying(issuer).verify(presented)).toMatchObject({ role: 'dpo' });
    else expect(await refusal(presented)).toBe(code);
  });
});

describe('a refusal', () => {
  it('is told of with its tenant, where the signature is good', async () => {
    const by = verifying(issuer);
    for (const claims of [
      { exp: NOW_S - 60, iat: NOW_S - 90 },
      { groups: ['kitchen'] },
      { aud: 'https://other.test' },
    ]) {
      await refusal(await token({ claims }), by);
    }
    expect(by.refusals).toEqual([
      { tenant: TENANT, code: 'token-expired' },
      { tenant: TENANT, code: 'token-role-unmapped' },
      { tenant: TENANT, code: 'token-audience-wrong' },
    ]);
  });

  it('is told of without a tenant, where anybody could have made the token', async () => {
    const by = verifying(issuer);
    await refusal(await token({ key: { ...another.key, kid: issuer.key.kid } }), by);
    await refusal(await token({ header: { kid: 'nobody' } }), by);
    await refusal(await token({ claims: { org: { id: 'elsewhere' } } }), by);
    await refusal('nonsense', by);
    expect(by.refusals).toEqual([
      { tenant: undefined, code: 'token-signature-invalid' },
      { tenant: undefined, code: 'token-key-unknown' },
      { tenant: undefined, code: 'token-tenant-unmapped' },
      { tenant: undefined, code: 'token-malformed' },
    ]);
  });
});
