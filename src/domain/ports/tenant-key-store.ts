/** A KMS key, and whether every epoch under it is on record as destroyed: the KMS has said before that the key was. */
export interface TenantKmsKey {
  readonly keyId: string;
  readonly isDestroyed: boolean;
}

/**
 * What the end of a tenant asks of the key store. Guarantees:
 * - Once `closeEpochs` resolves, no data key is ever inserted for the tenant: it waits for the inserts under way.
 * - `eraseKeys` turns every row that is left, the look-up key's included, into a tombstone; it can be repeated.
 * - `buryEpochs` removes roots and directory entries and leaves each epoch on record as destroyed. First dates stand.
 */
export interface TenantKeyStore {
  /** KMS keys of all epochs that are not destroyed yet, and of those that are, in the order of the epochs. */
  kmsKeys(tenant: string): Promise<TenantKmsKey[]>;
  closeEpochs(tenant: string): Promise<void>;
  /** At most `limit` rows; answers how many, 0 when none is left. */
  eraseKeys(tenant: string, at: Date, limit: number): Promise<number>;
  buryEpochs(tenant: string, at: Date): Promise<void>;
}
