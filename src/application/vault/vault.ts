import type { SealedReference } from '../../domain/events/envelope.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import type { DataKeyRow, KeyState, KeyStore, Purpose, Scope } from '../../domain/ports/key-store.ts';
import type { Part } from '../../domain/sealing/derive.ts';
import type { Secret } from '../../domain/secret.ts';
import { createFences } from './fences.ts';
import { createMaterials } from './materials.ts';
import { createOpener } from './open.ts';
import type { RandomBytes } from './random.ts';
import { createRoots } from './roots.ts';
import { createScopeKeys } from './scope-keys.ts';
import { createSealer } from './seal.ts';
import { createTenantKeyring } from './tenant.ts';
import { createTokens } from './tokens.ts';

export interface WantedKey {
  readonly scope: Scope;
  /** Reference of the user that an asset belongs to; null where the scope is not an asset. */
  readonly subject: string | null;
  readonly createdAt: Date;
  /** False for a `store: false` call: the scope gets no key, now or ever (promise 47). */
  readonly store: boolean;
}

interface GripFacts {
  readonly keyId: string;
  readonly epoch: number;
  readonly state: KeyState;
  readonly subject: string | null;
  readonly createdAt: Date;
  /** Whether this call made the scope. */
  readonly fresh: boolean;
}

export interface UsableGrip extends GripFacts {
  readonly status: 'usable';
  readonly state: 'live' | 'hidden';
  /** Copies that belong to the grip: an eviction from the cache can't zero them under a seal. */
  readonly dataKey: Secret;
  readonly contentKey: Secret;
}

/** What a writer gets of a scope: its key, or why there is none. */
export type KeyGrip =
  | UsableGrip
  | (GripFacts & { readonly status: 'unstored'; readonly state: 'unstored' })
  | (GripFacts & { readonly status: 'erased'; readonly state: 'erased'; readonly erasedAt: Date });

/** Sealed parts are bytes; a part that is absent is not sealed. */
export type Parts = { readonly [P in Part]?: Buffer | undefined };

export interface SealedBlob {
  readonly blob: Buffer;
  readonly reference: SealedReference;
}

export interface OpenRequest {
  readonly scope: Scope;
  readonly eventId: string;
  readonly part: Part;
  readonly blob: Buffer;
}

export type OpenResult =
  | { readonly status: 'opened'; readonly bytes: Buffer }
  | { readonly status: 'hidden' }
  | { readonly status: 'erased'; readonly erasedAt: Date }
  | { readonly status: 'unstored' };

/** What a process that only serves needs of the key store: no right to a safety wrap. */
export type ServingKeys = Pick<KeyStore, 'readRoot' | 'readDataKeys'>;

export interface VaultOptions<Keys> {
  readonly kms: Kms;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** What this process may open keys for; the KMS enforces the same by EncryptionContext. */
  readonly purposes: readonly Purpose[];
  /** How long unwrapped keys stay in memory, milliseconds. Default 5,000. */
  readonly cacheMs?: number;
  /**
   * How long unwrapped epoch roots stay, milliseconds; as long as data keys where absent. What opens is decided by the key
   * rows, which are read anew, so this only decides how often the KMS is asked, and how long its refusal takes to count.
   */
  readonly rootCacheMs?: number;
  /** Unwrapped data keys kept at most. Default 10,000. */
  readonly cacheEntries?: number;
}

/**
 * Opening. Every call reads the key rows anew, so that a hide or an erasure by any process counts at once; only unwrapped
 * keys are cached. Throws LetheError `purpose-refused`, `key-missing` (neither a key nor a tombstone: an alarm),
 * `kms-unavailable` (fails closed; retry later) and the codes of sealing.
 */
export interface ReadingVault {
  open(
    tenant: string,
    scope: Scope,
    purpose: Purpose,
    blob: Buffer,
    eventId: string,
    part: Part,
  ): Promise<OpenResult>;
  /** Results in the order of the requests; one read of the key store for all. */
  openMany(tenant: string, purpose: Purpose, requests: readonly OpenRequest[]): Promise<OpenResult[]>;
  /** Look-up token of a value: HMAC-SHA256 under a key of the tenant and the kind, 32 bytes. */
  token(tenant: string, kind: string, value: string): Promise<Buffer>;
  tokens(tenant: string, kind: string, values: readonly string[]): Promise<Buffer[]>;
  /** Forgets the keys of these scopes, as when another process has closed them. */
  evict(tenant: string, scopes: readonly Scope[]): void;
  /** Wipes what is cached. */
  close(): void;
}

export interface Vault extends ReadingVault {
  /**
   * KMS key, roots of epoch 1 and the look-up key. Done again after a crash, it completes what is missing. `region` is
   * where the KMS key has to be, on a KMS that has several; its own where absent.
   */
  createTenantKeys(tenant: string, region?: string): Promise<{ kmsKeyId: string; epoch: number }>;
  /**
   * A grip for each asked scope; a scope that is new gets a key, or none for ever where it is not to be stored.
   * Of racing writers one makes the key and all take it. An erased scope stays erased. `standing` are the rows of these
   * scopes where the caller has just read them.
   */
  ensureKeys(
    tenant: string,
    wanted: readonly WantedKey[],
    standing?: readonly DataKeyRow[],
  ): Promise<Map<Scope, KeyGrip>>;
  /** Synchronous: everything slow happened in ensureKeys. */
  seal(grip: UsableGrip, tenant: string, scope: Scope, eventId: string, parts: Parts): SealedBlob;
  /** Durable when it resolves: serving wraps are gone, nothing opens for serving any more. */
  hide(tenant: string, scopes: readonly Scope[], at: Date): Promise<void>;
  /** Durable when it resolves: all wraps are gone. Answers with the tombstones: key id, epoch, erasedAt. */
  erase(tenant: string, scopes: readonly Scope[], at: Date): Promise<DataKeyRow[]>;
}

function createParts<Keys extends ServingKeys>(options: VaultOptions<Keys>) {
  const { cacheMs = 5_000, cacheEntries = 10_000, rootCacheMs = cacheMs, ...rest } = options;
  const deps = { ...rest, cacheMs, cacheEntries };
  const roots = createRoots({ ...deps, cacheMs: rootCacheMs });
  const materials = createMaterials(deps, roots);
  const lookups = createTokens(deps, materials);
  const reading: ReadingVault = {
    ...createOpener(deps, materials),
    token: lookups.token,
    tokens: lookups.tokens,
    evict: (tenant, scopes) => {
      for (const cache of [materials, lookups]) cache.evict(tenant, scopes);
    },
    close: () => {
      for (const cache of [materials, lookups, roots]) cache.close();
    },
  };
  return { deps, roots, materials, reading };
}

/** A vault for a process that only reads; `purposes` is what its KMS and database roles allow. */
export const createReadingVault = (options: VaultOptions<ServingKeys>): ReadingVault =>
  createParts(options).reading;

/** The one place that makes, wraps, caches, opens and destroys data keys (design §5). */
export function createVault(options: VaultOptions<KeyStore>): Vault {
  const { deps, roots, materials, reading } = createParts(options);
  const scopeKeys = createScopeKeys(deps, roots, materials);
  return {
    ...reading,
    ...scopeKeys,
    ...createSealer(deps),
    ...createFences(deps, reading),
    ...createTenantKeyring(deps, scopeKeys),
  };
}
