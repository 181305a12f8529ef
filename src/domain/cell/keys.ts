/**
 * Whose keys are the cell's own: for what belongs to no tenant. No tenant has this id (tenants' are UUIDv7). The cell has
 * no stream in the log, so that nobody's log holds what is not theirs.
 */
export const CELL_KEYS = '00000000-0000-0000-0000-000000000000';
