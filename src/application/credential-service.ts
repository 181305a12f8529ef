import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { CellRole, Credential, CredentialStore, Role } from '../domain/ports/credentials.ts';
import type { Secret } from '../domain/secret.ts';
import type { Surroundings } from './context.ts';
import { mintKey } from './credentials.ts';
import { rotateKey, type RotatedKey, type RotationOrder } from './key-rotation.ts';
import type { Directory } from './directory.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

/** Roles that a key of a tenant may have; those of the cell belong to none. */
export type TenantRole = Exclude<Role, CellRole>;

export interface KeyOrder {
  readonly role: TenantRole;
  /** The tenant's own id of the user that a key of role `subject` speaks for; nobody else's key has one. */
  readonly outsideSubject?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

export interface IssuedKey {
  readonly id: string;
  /** Shown once: only its hash is stored. */
  readonly key: Secret;
  readonly position: number;
}

export interface Credentials {
  /** Throws `tenant-not-found`, `invalid-request` where role and subject do not go together. */
  issue(tenant: string, order: KeyOrder, actor: Actor): Promise<IssuedKey>;
  list(tenant: string): Promise<Credential[]>;
  /** Gives the key a new secret: see `rotateKey`. */
  rotate(tenant: string, id: string, order: RotationOrder, actor: Actor): Promise<RotatedKey>;
  /** No process takes the key for longer than two seconds. Repeating it changes nothing. Throws `credential-not-found`. */
  revoke(tenant: string, id: string, actor: Actor): Promise<{ readonly position: number }>;
}

interface Deps extends Surroundings {
  readonly store: CredentialStore;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly directory: Pick<Directory, 'resolve'>;
  /** A cryptographic source. */
  readonly randomBytes: (size: number) => Buffer;
}

export function createCredentials(deps: Deps): Credentials {
  const { store, recorder, tenants, clock } = deps;
  return {
    issue: async (tenant, order, actor) => {
      const info = await tenants.get(tenant);
      const subject = await subjectOf(deps, tenant, order);
      const { id, key, hash } = mintKey(deps.randomBytes);
      const now = clock.now();
      const { role, expiresAt } = order;
      const data = { credential: id, role, ...(expiresAt && { expiresAt: expiresAt.toISOString() }) };
      // The record comes first: no key may work that nobody is on record for.
      const [position = 0] = await recorder.record(stampOf(info), [
        { type: 'credential.issued', data, actor, time: now },
      ]);
      const expires = expiresAt ?? null;
      await store.insert({
        id,
        tenant,
        role,
        subject,
        hash,
        createdAt: now,
        expiresAt: expires,
        revokedAt: null,
      });
      return { id, key, position };
    },
    list: async tenant => {
      await tenants.get(tenant);
      return store.list(tenant);
    },
    rotate: (tenant, id, order, actor) => rotateKey(deps, { tenant, id, actor }, order),
    revoke: async (tenant, id, actor) => {
      const info = await tenants.get(tenant);
      const credential = await store.find(id);
      if (credential?.tenant !== tenant)
        throw new LetheError('credential-not-found', 'there is no such API key');
      const time = clock.now();
      // Here the effect comes first, and the record has a fixed identity: a retry completes what broke off.
      if (credential.revokedAt === null) await store.revoke(tenant, id, time);
      const data = { credential: id };
      const [position = 0] = await recorder.record(stampOf(info), [
        { type: 'credential.revoked', data, actor, time, source: 'lethe', sourceId: `revoked/${id}` },
      ]);
      return { position };
    },
  };
}

async function subjectOf({ directory }: Deps, tenant: string, order: KeyOrder): Promise<string | null> {
  const { role, outsideSubject } = order;
  if ((role === 'subject') !== (outsideSubject !== undefined)) {
    const message = 'a key of role subject, and no other, names the subject that it speaks for';
    throw new LetheError('invalid-request', message, {
      faults: [{ field: 'subject', code: 'invalid-field', message }],
    });
  }
  if (outsideSubject === undefined) return null;
  const refs = await directory.resolve(tenant, [outsideSubject]);
  const ref = refs.get(outsideSubject);
  if (ref === undefined) throw new Error('the directory did not resolve a subject');
  return ref;
}
