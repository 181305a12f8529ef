import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { CredentialStore } from '../domain/ports/credentials.ts';
import type { Secret } from '../domain/secret.ts';
import type { Surroundings } from './context.ts';
import { mintKey } from './credentials.ts';
import type { Draft, Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

const ROLE = 'cross-tenant-auditor';
const LONGEST_MS = 90 * 86_400_000;

/**
 * Keys of the one role that reads the audit trails of all tenants. Each has an end, and its issue and its revocation are
 * in the trail of every tenant that it opens.
 */
export interface CrossTenantKeys {
  /** The key is shown once. Throws `key-expiry-invalid` for an end in the past or more than 90 days away. */
  issue(expiresAt: Date, actor: Actor): Promise<{ readonly id: string; readonly key: Secret }>;
  /** Repeating it changes nothing. Throws `credential-not-found`. */
  revoke(id: string, actor: Actor): Promise<void>;
}

interface Deps extends Surroundings {
  readonly store: CredentialStore;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  /** Every tenant of the cell. */
  readonly allTenants: () => Promise<readonly string[]>;
  /** A cryptographic source. */
  readonly randomBytes: (size: number) => Buffer;
}

export function createCrossTenantKeys(deps: Deps): CrossTenantKeys {
  const { store, clock } = deps;
  return {
    issue: async (expiresAt, actor) => {
      const now = clock.now();
      const lasts = expiresAt.getTime() - now.getTime();
      if (lasts <= 0 || lasts > LONGEST_MS) {
        throw new LetheError('key-expiry-invalid', 'a key across tenants ends within 90 days');
      }
      const { id, key, hash } = mintKey(deps.randomBytes);
      const data = { credential: id, role: ROLE, expiresAt: expiresAt.toISOString() } as const;
      // The records come first: no key may work that a tenant does not know of.
      await recordEverywhere(deps, { type: 'credential.issued', data, actor, time: now });
      const none = { tenant: null, subject: null, revokedAt: null };
      await store.insert({ id, role: ROLE, hash, createdAt: now, expiresAt, ...none });
      return { id, key };
    },
    revoke: async (id, actor) => {
      const credential = await store.find(id);
      if (credential?.role !== ROLE) throw new LetheError('credential-not-found', 'there is no such API key');
      const time = clock.now();
      // The effect comes first, and the records have a fixed identity: a retry completes what broke off.
      await store.revoke(null, id, time);
      const identity = { source: 'lethe', sourceId: `revoked/${id}` };
      await recordEverywhere(deps, {
        ...{ type: 'credential.revoked', data: { credential: id }, actor, time },
        ...identity,
      });
    },
  };
}

async function recordEverywhere({ recorder, tenants, allTenants }: Deps, draft: Draft): Promise<void> {
  const all = await allTenants();
  await Promise.all(all.map(async tenant => recorder.record(stampOf(await tenants.get(tenant)), [draft])));
}
