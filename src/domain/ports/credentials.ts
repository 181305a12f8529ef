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
  /** SHA-256 of the secret before the last rotation, and until when it is still good. */
  readonly previous: { readonly hash: Buffer; readonly until: Date } | null;
  /** To the minute, and only ever later; null where it was not of use yet. */
  readonly lastUsedAt: Date | null;
}

export type NewCredential = Omit<Credential, 'previous' | 'lastUsedAt'>;

/** A new secret for a key, in place of the one whose hash is `from`. */
export interface Rotation {
  readonly from: Buffer;
  readonly to: Buffer;
  readonly previousUntil: Date;
  readonly expiresAt: Date | null;
}

export interface CredentialStore {
  insert(credential: NewCredential): Promise<void>;
  find(id: string): Promise<Credential | undefined>;
  /** `tenant` is null for the keys of the cell, here and below. */
  list(tenant: string | null): Promise<Credential[]>;
  /** False where there is none to revoke. */
  revoke(tenant: string | null, id: string, at: Date): Promise<boolean>;
  /** False where the key was rotated from another secret or revoked meanwhile: of two at once, one wins. */
  rotate(tenant: string | null, id: string, rotation: Rotation): Promise<boolean>;
  /** When keys were last of use, by id. Of what several processes say, the latest stands; unknown ids are passed over. */
  noteUses(uses: ReadonlyMap<string, Date>): Promise<void>;
}

/** A credential that was shown and not taken. */
export interface RefusedCredential {
  /** Stable code of the reason. */
  readonly code: string;
  /** Whose it is, where that is certain: a key's secret was right, a token's signature good. */
  readonly tenant: string | undefined;
}

/** Told of every refusal of a credential. Must not wait for anything. */
export type OnRefused = (refused: RefusedCredential) => void;
