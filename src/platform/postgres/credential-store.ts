import type { Pool } from 'pg';
import type { Credential, CredentialStore } from '../../domain/ports/credentials.ts';

const COLUMNS = `id, tenant, role, subject, hash, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt"`;

/** API keys in PostgreSQL. `writer` is a pool of the role lethe_writer. */
export function createPostgresCredentialStore({ writer }: { readonly writer: Pool }): CredentialStore {
  return {
    insert: async ({ id, tenant, role, subject, hash, createdAt, expiresAt, revokedAt }) => {
      const sql = `insert into keys.credentials
        (id, tenant, role, subject, hash, created_at, expires_at, revoked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`;
      await writer.query(sql, [id, tenant, role, subject, hash, createdAt, expiresAt, revokedAt]);
    },
    find: async id => {
      const sql = `select ${COLUMNS} from keys.credentials where id = $1`;
      return (await writer.query<Credential>(sql, [id])).rows[0];
    },
    list: async tenant => {
      const sql = `select ${COLUMNS} from keys.credentials where tenant = $1 order by created_at, id`;
      return (await writer.query<Credential>(sql, [tenant])).rows;
    },
    // The first revocation stands: its date is evidence.
    revoke: async (tenant, id, at) => {
      const sql = `update keys.credentials set revoked_at = $3
        where tenant is not distinct from $1 and id = $2 and revoked_at is null`;
      return (await writer.query(sql, [tenant, id, at])).rowCount === 1;
    },
  };
}
