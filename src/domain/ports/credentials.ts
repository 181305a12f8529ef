export const ROLES = [
  'operator',
  'cross-tenant-auditor',
  'tenant-admin',
  'dpo',
  'auditor',
  'investigator',
  'ingest',
  'subject',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles of keys that belong to no tenant: the cell's own staff. */
export const CELL_ROLES = ['operator', 'cross-tenant-auditor'] as const satisfies readonly Role[];
export type CellRole = (typeof CELL_ROLES)[number];

/** An API key as stored: only the SHA-256 of the secret, which has 256 bits of entropy. */
export interface Credential {
  readonly id: string;
  readonly tenant: string | null;
  readonly role: Role;
  /** Inside reference of the one subject that a key of role `subject` speaks for. */
  readonly subject: string | null;
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface CredentialStore {
  insert(credential: Credential): Promise<void>;
  find(id: string): Promise<Credential | undefined>;
  list(tenant: string): Promise<Credential[]>;
  /** `tenant` is null for a key of the cell. False where there is none to revoke. */
  revoke(tenant: string | null, id: string, at: Date): Promise<boolean>;
}
