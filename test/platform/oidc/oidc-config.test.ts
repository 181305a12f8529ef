import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config.ts';
import { ACTOR_KEY, issuerEntry, readConfig } from './support.ts';

const ISSUER = 'https://id.example.com';
const load = (entries: unknown, more: Readonly<Record<string, string>> = {}) =>
  loadConfig({ LETHE_OIDC: JSON.stringify(entries), LETHE_OIDC_ACTOR_KEY: ACTOR_KEY, ...more }).oidc;

describe('the configuration of issuers', () => {
  it('is none unless it is given', () => {
    expect(loadConfig({}).oidc).toBeUndefined();
  });

  it('takes signatures of key pairs, access tokens, half a minute of skew and an hour of life', () => {
    expect(load([issuerEntry(ISSUER)])?.issuers).toMatchObject([
      {
        ...{
          issuer: ISSUER,
          type: 'at+jwt',
          clockSkew: 30_000,
          maxLife: 3_600_000,
          required: [],
          user: ['sub'],
        },
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      },
    ]);
  });

  it('needs the key of the pseudonyms, and never prints it', () => {
    expect(() => readConfig([issuerEntry(ISSUER)], null)).toThrow(/LETHE_OIDC_ACTOR_KEY/);
    expect(JSON.stringify(load([issuerEntry(ISSUER)]))).not.toContain(ACTOR_KEY);
  });

  it.each([
    ['no list', issuerEntry(ISSUER)],
    ['none', []],
    ['an issuer twice', [issuerEntry(ISSUER), issuerEntry(ISSUER)]],
    ['an address that anybody can answer for', [issuerEntry('http://id.example.com')]],
    ['an address with a password', [issuerEntry('https://a:b@id.example.com')]],
    ['keys from such an address', [issuerEntry(ISSUER, { jwksUri: 'http://id.example.com/keys' })]],
    ['a signature with a shared secret', [issuerEntry(ISSUER, { algorithms: ['HS256'] })]],
    ['no signature', [issuerEntry(ISSUER, { algorithms: ['none'] })]],
    ['tokens of any type', [issuerEntry(ISSUER, { type: 'id+jwt' })]],
    ['a skew of an hour', [issuerEntry(ISSUER, { clockSkew: 'PT1H' })]],
    ['tokens of a week', [issuerEntry(ISSUER, { maxLife: 'P7D' })]],
    [
      'the role across tenants',
      [issuerEntry(ISSUER, { role: { claim: 'g', values: { x: 'cross-tenant-auditor' } } })],
    ],
    ['a tenant that is no id', [issuerEntry(ISSUER, { tenant: { claim: 'org', values: { acme: 'acme' } } })]],
    ['a setting that there is not', [issuerEntry(ISSUER, { secret: 'x' })]],
  ])('refuses %s, and names the variable', (_what, entries) => {
    let thrown: unknown;
    try {
      load(entries);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'config-invalid' });
    expect(String(thrown)).toContain('LETHE_OIDC');
  });
});
