import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COOLDOWN_MS, FRESH_MS, RETRY_MS, STALE_MS } from '../../../src/platform/oidc/key-set.ts';
import { rejectionCode } from '../../support/code-of.ts';
import {
  newSigningKey,
  startOidcIssuer,
  type OidcIssuer,
  type SigningKey,
} from '../../support/oidc-issuer.ts';
import { member, NOW_S, verifying, type Verifying } from './support.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
let issuer: OidcIssuer;
let by: Verifying;
beforeEach(async () => {
  issuer = await startOidcIssuer();
  by = verifying(issuer);
});
afterEach(() => issuer.close());

const token = (key?: SigningKey) =>
  issuer.token({ now: NOW_S, claims: member('privacy'), ...(key && { key }) });
const outcome = (presented: string): Promise<string> =>
  by.verify(presented).then(
    ({ role }) => role,
    (error: unknown) => (error as { code: string }).code,
  );

describe('the keys of an issuer', () => {
  it('are read once, however many ask at once', async () => {
    const presented = await token();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => outcome(presented))))).toEqual(
      new Set(['dpo']),
    );
    expect(issuer.reads()).toBe(1);
  });

  it('are read again for a key that is new, and a withdrawn one then opens nothing', async () => {
    const old = await token();
    expect(await outcome(old)).toBe('dpo');
    await issuer.rotate();
    by.elapse(COOLDOWN_MS);
    expect(await outcome(await token())).toBe('dpo');
    expect(issuer.reads()).toBe(2);
    expect(await outcome(old)).toBe('token-key-unknown');
  });

  it('may overlap while the issuer rotates, of another kind too', async () => {
    const old = await token();
    await issuer.rotate({ keepOld: true, alg: 'EdDSA' });
    expect([await outcome(old), await outcome(await token())]).toEqual(['dpo', 'dpo']);
    expect(issuer.reads()).toBe(1);
  });

  it('are read once for made-up key ids, not once for each', async () => {
    expect(await outcome(await token())).toBe('dpo');
    by.elapse(COOLDOWN_MS);
    const made = await Promise.all(Array.from({ length: 20 }, async () => token(await newSigningKey())));
    const codes = await Promise.all(made.map(outcome));
    for (const each of made) codes.push(await outcome(each));
    expect(new Set(codes)).toEqual(new Set(['token-key-unknown']));
    expect(issuer.reads()).toBe(2);
  });

  it('go on while the issuer is down, for an hour; then 503, and a try every five seconds', async () => {
    const presented = await token();
    expect(await outcome(presented)).toBe('dpo');
    issuer.fail(true);
    by.elapse(STALE_MS - 1);
    expect(await outcome(presented)).toBe('dpo');
    by.elapse(RETRY_MS);
    expect(await rejectionCode(by.verify(presented))).toBe('issuer-unavailable');
    issuer.fail(false);
    expect(await rejectionCode(by.verify(presented))).toBe('issuer-unavailable');
    by.elapse(RETRY_MS);
    expect(await outcome(presented)).toBe('dpo');
  });

  it('are no longer fresh after ten minutes, and read again while nobody waits', async () => {
    const presented = await token();
    await outcome(presented);
    await issuer.rotate();
    by.elapse(FRESH_MS);
    expect(await outcome(presented)).toBe('dpo');
    await vi.waitFor(async () => expect(await outcome(presented)).toBe('token-key-unknown'), PATIENCE);
    expect(issuer.reads()).toBe(2);
  });

  it('that cannot be had are no refusal: a key that may be new answers 503 while the issuer is down', async () => {
    const presented = await token();
    expect(await outcome(presented)).toBe('dpo');
    issuer.fail(true);
    by.elapse(COOLDOWN_MS);
    const unknown = await token(await newSigningKey());
    expect([await outcome(unknown), await outcome(unknown)]).toEqual([
      'issuer-unavailable',
      'issuer-unavailable',
    ]);
    expect(await outcome(presented)).toBe('dpo');
  });

  it('are not taken from a document of another issuer', async () => {
    issuer.callItself('https://other.test');
    expect(await outcome(await token())).toBe('issuer-unavailable');
    expect(issuer.reads()).toBe(0);
  });

  it('are found without discovery where their address is configured', async () => {
    issuer.callItself('https://other.test');
    by = verifying(issuer, { jwksUri: `${issuer.issuer}/keys` });
    expect(await outcome(await token())).toBe('dpo');
  });

  it('are public and strong ones: a secret or a short key that is published verifies nothing', async () => {
    const secret = { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url'), kid: 'secret', alg: 'HS256' };
    const short = {
      kty: 'RSA',
      n: Buffer.alloc(128, 0xff).toString('base64url'),
      e: 'AQAB',
      kid: 'short',
      alg: 'RS256',
    };
    issuer.publish(secret, short);
    expect(await outcome(await token({ ...issuer.key, kid: 'secret' }))).toBe('token-key-unknown');
    const rsa = await newSigningKey('RS256', 'short');
    expect(await outcome(await token(rsa))).toBe('token-key-unknown');
    expect(await outcome(await token())).toBe('dpo');
  });
});
