import type { Pool } from 'pg';
import type { Credential, CredentialStore } from '../../domain/ports/credentials.ts';

const COLUMNS = `id, tenant, role, subject, hash, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", previous_hash as "previousHash", previous_until as "previousUntil",
  last_used_at as "lastUsedAt"`;

interface Row extends Omit<Credential, 'previous'> {
  readonly previousHash: Buffer | null;
  readonly previousUntil: Date | null;
}

const credentialOf = ({ previousHash: hash, previousUntil: until, ...row }: Row): Credential => ({
  ...row,
  previous: hash === null || until === null ? null : { hash, until },
});

/** API keys in PostgreSQL. `writer` is a pool of the role lethe_writer. */
export function createPostgresCredentialStore({ writer }: { readonly writer: Pool }): CredentialStore {
  const select = async (where: string, value: string | null): Promise<Credential[]> => {
    const sql = `select ${COLUMNS} from keys.credentials where ${where}`;
    return (await writer.query<Row>(sql, [value])).rows.map(credentialOf);
  };
  return {
    insert: async ({ id, tenant, role, subject, hash, createdAt, expiresAt, revokedAt }) => {
      const sql = `insert into keys.credentials
        (id, tenant, role, subject, hash, created_at, expires_at, revoked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`;
      await writer.query(sql, [id, tenant, role, subject, hash, createdAt, expiresAt, revokedAt]);
    },
    find: async id => (await select('id = $1', id))[0],
    list: tenant => select('tenant is not distinct from $1 order by created_at, id', tenant),
    // The first revocation stands: its date is evidence.
    revoke: async (tenant, id, at) => {
      const sql = `update keys.credentials set revoked_at = $3
        where tenant is not distinct from $1 and id = $2 and revoked_at is null`;
      return (await writer.query(sql, [tenant, id, at])).rowCount === 1;
    },
    rotate: async (tenant, id, { from, to, previousUntil, expiresAt }) => {
      const sql = `update keys.credentials
        set hash = $4, previous_hash = hash, previous_until = $5, expires_at = $6
        where tenant is not distinct from $1 and id = $2 and hash = $3 and revoked_at is null`;
      return (await writer.query(sql, [tenant, id, from, to, previousUntil, expiresAt])).rowCount === 1;
    },
    noteUses: async uses => {
      const sql = `update keys.credentials c set last_used_at = greatest(c.last_used_at, used.at)
        from unnest($1::text[], $2::timestamptz[]) as used (id, at) where c.id = used.id`;
      await writer.query(sql, [[...uses.keys()], [...uses.values()]]);
    },
  };
}
