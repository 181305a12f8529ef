import type { Pool } from 'pg';
import type { DataKeyRow } from '../../domain/ports/key-store.ts';
import { textArray } from './binary-arrays.ts';
import { TAKE_UP } from './key-statements.ts';

export interface Condemnation {
  readonly isCondemned?: boolean;
}

/** Whoever reads a condemned row may be about to use it: it is acquitted, or has been reaped and is gone. */
export async function takenUp(
  pool: Pool,
  tenant: string,
  rows: readonly (DataKeyRow & Condemnation)[],
): Promise<DataKeyRow[]> {
  const condemned = rows.filter(({ isCondemned }) => isCondemned).map(({ scope }) => scope);
  for (const row of rows) Reflect.deleteProperty(row, 'isCondemned');
  if (condemned.length === 0) return [...rows];
  const acquitted = await pool.query<{ scope: string }>(TAKE_UP, [tenant, textArray(condemned)]);
  const standing = new Set(acquitted.rows.map(({ scope }) => scope));
  return rows.filter(({ scope }) => standing.has(scope) || !condemned.includes(scope));
}
