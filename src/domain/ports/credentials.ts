export const ROLES = [
  'operator',
  'tenant-admin',
  'dpo',
  'auditor',
  'investigator',
  'ingest',
  'subject',
] as const;
export type Role = (typeof ROLES)[number];

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
  revoke(tenant: string, id: string, at: Date): Promise<boolean>;
}
