import type { Secret } from '../secret.ts';

/** Bound into every wrap as additional authenticated data; a decrypt must repeat it exactly. */
export interface EncryptionContext {
  readonly tenant: string;
  readonly epoch: string;
  readonly purpose: string;
}

export type KmsKeyState = 'enabled' | 'disabled' | 'pending-deletion' | 'destroyed';

export interface KmsKey {
  readonly keyId: string;
  readonly state: KmsKeyState;
  readonly createdAt: Date;
  readonly deletionDate?: Date;
}

/**
 * A key management service, with the semantics of AWS KMS. Errors are LetheError with the codes
 * `kms-key-not-found`, `kms-key-disabled`, `kms-key-pending-deletion`, `kms-key-destroyed`,
 * `kms-context-mismatch` (also any forged or foreign ciphertext), `kms-access-denied` (the role of this process may not) and
 * `kms-unavailable` (retry later).
 */
export interface Kms {
  /**
   * `tenant`, `epoch` and `region` among the tags say what the key is for. Where a key that was made for the same stands
   * and can be used, it may be answered again: a caller that died before it noted the key finds it.
   */
  createKey(tags: Readonly<Record<string, string>>): Promise<KmsKey>;
  describeKey(keyId: string): Promise<KmsKey>;
  /** A fresh 32-byte key, in clear and wrapped under `keyId`. */
  generateDataKey(keyId: string, context: EncryptionContext): Promise<{ plaintext: Secret; wrapped: Buffer }>;
  decrypt(keyId: string, wrapped: Buffer, context: EncryptionContext): Promise<Secret>;
  disableKey(keyId: string): Promise<void>;
  enableKey(keyId: string): Promise<void>;
  /** Destroys the key after `pendingDays`; 0 (where the service allows it) destroys at once, beyond recovery. */
  scheduleKeyDeletion(keyId: string, pendingDays: number): Promise<KmsKey>;
  /** Leaves the key disabled, as AWS KMS does. */
  cancelKeyDeletion(keyId: string): Promise<KmsKey>;
}
