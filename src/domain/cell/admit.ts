import { LetheError } from '../errors.ts';
import type { CellProfile } from './profile.ts';

/**
 * Whether the cell may take a tenant of a region in. Throws `region-not-served` (promise 5), and `cell-dedicated` where
 * the cell belongs to another tenant (promise 14). A cell without a profile promises nothing and takes anybody.
 */
export function admitTenant(cell: CellProfile | undefined, region: string, isEmpty: boolean): void {
  if (cell === undefined) return;
  if (cell.region !== region) {
    throw new LetheError('region-not-served', `this cell keeps the data of ${cell.region} only`);
  }
  if (cell.tenancy === 'dedicated' && !isEmpty) {
    throw new LetheError('cell-dedicated', 'this cell is dedicated to the tenant that it has');
  }
}
