import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** What differs from a good token; a claim that is undefined is left out. */
export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
  /** Of `iat`, seconds; `exp` is five minutes later unless the claims say otherwise. */
  readonly now?: number;
}

/** An OIDC issuer on a real port: discovery, a JWKS, rotation, and being out of reach. */
export interface OidcIssuer {
  readonly issuer: string;
  /** The key that it signs with now. */
  readonly key: SigningKey;
  token(options?: TokenOptions): Promise<string>;
  /** Signs with another key from now on; the old one is withdrawn, or published beside it. */
  rotate(options?: { readonly keepOld?: boolean; readonly alg?: string }): Promise<SigningKey>;
  /** Publishes keys that it does not sign with. */
  publish(...keys: readonly JWK[]): void;
  /** How often its keys were read. */
  reads(): number;
  /** Answers every request with 503, or no longer does. */
  fail(failing: boolean): void;
  /** Calls itself by that name in its discovery document. */
  callItself(name: string): void;
  close(): Promise<void>;
}

export const AUDIENCE = 'https://lethe.test';
const LIFE_S = 300;

let made = 0;

export async function newSigningKey(alg = 'ES256', kid = `key-${++made}`): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  let key = await newSigningKey();
  let published: JWK[] = [key.publicJwk];
  let reads = 0;
  let failing = false;
  let name: string | undefined;
  const documents: Readonly<Record<string, () => unknown>> = {
    '/.well-known/openid-configuration': () => ({ issuer: name ?? issuer, jwks_uri: `${issuer}/keys` }),
    '/keys': () => {
      reads++;
      return { keys: published };
    },
  };
  const server = createServer((request, response) => {
    const document = documents[request.url ?? ''];
    const status = failing ? 503 : document === undefined ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? JSON.stringify(document?.()) : '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    get key() {
      return key;
    },
    token: (options = {}) => signToken(issuer, { key, ...options }),
    rotate: async ({ keepOld = false, alg } = {}) => {
      const old = key.publicJwk;
      key = await newSigningKey(alg);
      published = keepOld ? [key.publicJwk, old] : [key.publicJwk];
      return key;
    },
    publish: (...keys) => void published.push(...keys),
    reads: () => reads,
    fail: fails => (failing = fails),
    callItself: other => (name = other),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function signToken(
  issuer: string,
  {
    key,
    claims = {},
    header = {},
    now = Math.floor(Date.now() / 1_000),
  }: TokenOptions & { readonly key: SigningKey },
): Promise<string> {
  const good = {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'staff-7',
    client_id: 'console',
    iat: now,
    exp: now + LIFE_S,
  };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey);
}

/** A token that no library would make: whatever header and claims, and a signature of one's own. */
export function forgeToken(header: unknown, claims: unknown, sign: (input: string) => string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${sign(input)}`;
}
