import type { Role } from './credentials.ts';

/** Roles that a token may carry: a key across all tenants is issued one by one, on every tenant's record. */
export type TokenRole = Exclude<Role, 'cross-tenant-auditor'>;

/** Who an access token speaks for. */
export interface TokenCaller {
  /**
   * Stands for the person or machine in events, for ever: a keyed hash, the same for every token of theirs in one tenant,
   * another one in another tenant.
   */
  readonly actor: string;
  readonly role: TokenRole;
  /** Null for the operator, who belongs to none. */
  readonly tenant: string | null;
  /** For role `subject` the tenant's own id of the user, which is personal; otherwise null. */
  readonly user: string | null;
}

export interface TokenVerifier {
  /**
   * The caller of a JWT access token. Nothing of the token is believed before its signature is verified, but which of the
   * issuers to ask. Throws LetheError `token-…`, each for one reason, and `issuer-unavailable` where keys cannot be had.
   */
  verify(token: string): Promise<TokenCaller>;
}
