import { createHmac } from 'node:crypto';
import type { Secret } from '../../domain/secret.ts';

export interface TokenHolder {
  readonly issuer: string;
  /** Null for the operator. */
  readonly tenant: string | null;
  readonly sub: string;
}

/**
 * What a token's holder is called in events: 128 bits of HMAC-SHA-256 over issuer, tenant and `sub`, each with its
 * length, so that no two holders read the same.
 */
export function pseudonymOf({ issuer, tenant, sub }: TokenHolder, key: Secret): string {
  const hmac = createHmac('sha256', key.reveal());
  for (const part of [issuer, tenant ?? '', sub]) hmac.update(`${Buffer.byteLength(part)}:${part}`, 'utf8');
  return `oidc~${hmac.digest('hex').slice(0, 32)}`;
}
