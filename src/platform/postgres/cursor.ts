import type { Pool } from 'pg';
import type { Cursor } from '../../domain/ports/cursor.ts';

/** A worker's cursor beside the views' checkpoints; no view has a name like it. `writer` is a pool of the role lethe_writer. */
export function createPostgresCursor({
  writer,
  worker,
}: {
  readonly writer: Pool;
  readonly worker: string;
}): Cursor {
  const name = `worker/${worker}`;
  return {
    read: async () => {
      const sql = 'select position from views.checkpoints where view = $1';
      return (await writer.query<{ position: number }>(sql, [name])).rows[0]?.position ?? 0;
    },
    advance: async position => {
      const sql = `insert into views.checkpoints (view, version, position) values ($1, 1, $2)
        on conflict (view) do update set position = excluded.position
        where views.checkpoints.position < excluded.position`;
      await writer.query(sql, [name, position]);
    },
  };
}
