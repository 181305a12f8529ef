import type { Pool } from 'pg';
import type { DeliveryCursors } from '../../domain/ports/delivery-cursors.ts';

/** Cursors in PostgreSQL, beside the log that they point into. `writer` is a pool of the role lethe_writer. */
export const createPostgresDeliveryCursors = ({ writer }: { readonly writer: Pool }): DeliveryCursors => ({
  load: async name => {
    const sql = 'select position from deliveries.cursors where name = $1';
    return (await writer.query<{ position: number }>(sql, [name])).rows[0]?.position ?? 0;
  },
  store: async (name, position) => {
    const sql = `insert into deliveries.cursors (name, position) values ($1, $2)
      on conflict (name) do update set position = greatest(cursors.position, excluded.position)`;
    await writer.query(sql, [name, position]);
  },
});
