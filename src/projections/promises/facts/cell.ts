import type { CellProfile } from '../../../domain/cell/profile.ts';
import type { Db } from '../../runner/view.ts';

/** The deployment that the tenant was registered in; undefined where the cell had no profile. */
export async function cellOf(db: Db, tenant: string): Promise<CellProfile | undefined> {
  const { rows } = await db.query<{ profile: CellProfile }>(
    'select profile from view_evidence.cells where tenant = $1 order by position desc limit 1',
    [tenant],
  );
  return rows[0]?.profile;
}
