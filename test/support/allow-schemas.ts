import type { Pool } from 'pg';

/** A copy of a database does not take the rights on the database itself along: the views' schemas need one. */
export async function allowSchemas(owner: Pool): Promise<void> {
  const { rows } = await owner.query<{ name: string }>('select current_database() as name');
  await owner.query(`grant create on database ${rows[0]?.name ?? ''} to lethe_writer`);
}
