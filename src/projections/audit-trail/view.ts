import type { View } from '../runner/view.ts';
import { applyAuditTrail } from './fold.ts';
import { auditTrailTables } from './table.ts';

/** Every event by actor, action, target, time and outcome. */
export const auditTrail: View = {
  name: 'audit-trail',
  version: 2,
  tables: auditTrailTables,
  apply: applyAuditTrail,
};
