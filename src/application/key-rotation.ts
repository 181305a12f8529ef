import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { Credential, CredentialStore } from '../domain/ports/credentials.ts';
import type { Secret } from '../domain/secret.ts';
import type { Surroundings } from './context.ts';
import { mintSecret } from './credentials.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

export interface RotationOrder {
  /** How long the present secret goes on, milliseconds; 0: it ends now. */
  readonly overlapMs: number;
  /** A new end of the key; without it the old one stays. */
  readonly expiresAt?: Date | undefined;
}

export interface RotatedKey {
  readonly id: string;
  /** Shown once: only its hash is stored. */
  readonly key: Secret;
  /** When the former secret ends. */
  readonly previousUntil: Date;
  readonly position: number;
}

export interface RotationDeps extends Surroundings {
  readonly store: Pick<CredentialStore, 'find' | 'rotate'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly tenants: Pick<Tenants, 'get'>;
  /** A cryptographic source. */
  readonly randomBytes: (size: number) => Buffer;
}

/**
 * Gives a key a new secret. Id, role and subject stay, so that whoever it stands for stays the same in every record. The
 * former secret goes on for the overlap, never past the key's old end; one from before that ends at once.
 * Throws `tenant-not-found`, `credential-not-found`, `credential-ended`, and `credential-changed`: who comes second of two
 * is on record with the attempt, and has changed nothing.
 */
export async function rotateKey(
  { store, recorder, tenants, clock, randomBytes }: RotationDeps,
  { tenant, id, actor }: { readonly tenant: string; readonly id: string; readonly actor: Actor },
  { overlapMs, expiresAt }: RotationOrder,
): Promise<RotatedKey> {
  const info = await tenants.get(tenant);
  const now = clock.now();
  const credential = requireAlive(await store.find(id), tenant, now);
  const { key, hash } = mintSecret(id, randomBytes);
  const previousUntil = earliest(new Date(now.getTime() + overlapMs), credential.expiresAt);
  const end = expiresAt ?? credential.expiresAt;
  const until = previousUntil.toISOString();
  const data = { credential: id, previousUntil: until, ...(end && { expiresAt: end.toISOString() }) };
  // The record comes first: where it cannot be made nothing changes, and nobody is left with a secret that ends unseen.
  const [position = 0] = await recorder.record(stampOf(info), [
    { type: 'credential.rotated', data, actor, time: now },
  ]);
  const rotation = { from: credential.hash, to: hash, previousUntil, expiresAt: end };
  if (!(await store.rotate(tenant, id, rotation))) {
    throw new LetheError('credential-changed', 'the API key was rotated or revoked meanwhile');
  }
  return { id, key, previousUntil, position };
}

function requireAlive(credential: Credential | undefined, tenant: string, now: Date): Credential {
  if (credential?.tenant !== tenant) {
    throw new LetheError('credential-not-found', 'there is no such API key');
  }
  const { revokedAt, expiresAt } = credential;
  if (revokedAt === null && (expiresAt === null || now < expiresAt)) return credential;
  throw new LetheError('credential-ended', 'the API key has expired or was revoked');
}

const earliest = (a: Date, b: Date | null): Date => (b !== null && b < a ? b : a);
