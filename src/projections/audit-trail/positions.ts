import type { Db } from '../runner/view.ts';

/** The last log position of the tenant that the view knows; 0 without any. */
export async function lastPosition(db: Db, tenant: string): Promise<number> {
  const { rows } = await db.query<{ position: number | null }>(
    'select max(position) as position from view_audit_trail.entries where tenant = $1',
    [tenant],
  );
  return rows[0]?.position ?? 0;
}

/** First and last position of what happened from `from` on and before `to`, at or before `asOf`; undefined: nothing. */
export async function positionsBetween(
  db: Db,
  tenant: string,
  { from, to }: { readonly from: Date | undefined; readonly to: Date | undefined },
  asOf: number,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  const { rows } = await db.query<{ first: number | null; last: number | null }>(
    `select min(position) as first, max(position) as last from view_audit_trail.entries
     where tenant = $1 and position <= $2 and ($3::timestamptz is null or time >= $3)
       and ($4::timestamptz is null or time < $4)`,
    [tenant, asOf, from, to],
  );
  const [{ first, last } = { first: null, last: null }] = rows;
  return first === null || last === null ? undefined : { first, last };
}
