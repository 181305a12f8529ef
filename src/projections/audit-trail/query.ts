import type { ActorKind } from '../../domain/events/envelope.ts';
import type { EventType } from '../../domain/events/catalogue.ts';
import type { Db } from '../runner/view.ts';
import type { Outcome } from './entry.ts';

export interface AuditEntry {
  readonly position: number;
  /** When it happened, as the reporter says. */
  readonly time: Date;
  readonly action: EventType;
  readonly actorKind: ActorKind;
  readonly actor: string;
  readonly role: string | null;
  readonly target: string | null;
  readonly outcome: Outcome;
  readonly purpose: string | null;
}

/** What is undefined does not narrow. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  /** Events that happened at `from` or later, and before `to`. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface AuditPage {
  /** Position of the last entry of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
  readonly order?: 'newest-first' | 'oldest-first';
}

/**
 * Entries of one tenant in log order, so that a cursor stays true while events arrive: newest first it never shows
 * them, oldest first they come last. `db` is a connection of `withTenant`.
 */
export async function listAudit(
  db: Db,
  tenant: string,
  filter: AuditFilter,
  { cursor, limit, order = 'newest-first' }: AuditPage,
): Promise<AuditEntry[]> {
  const [behind, direction] = order === 'newest-first' ? ['<', 'desc'] : ['>', 'asc'];
  const conditions: readonly (readonly [string, unknown])[] = [
    ['tenant =', tenant],
    ['actor =', filter.actor],
    ['action =', filter.action],
    ['target =', filter.target],
    ['time >=', filter.from],
    ['time <', filter.to],
    [`position ${behind}`, cursor],
  ];
  const given = conditions.filter(([, value]) => value !== undefined);
  const where = given.map(([condition], index) => `${condition} $${index + 1}`).join(' and ');
  const { rows } = await db.query<AuditEntry>(
    `select position, time, action, actor_kind as "actorKind", actor, role, target, outcome, purpose
     from view_audit_trail.entries where ${where}
     order by position ${direction} limit $${given.length + 1}`,
    [...given.map(([, value]) => value), limit],
  );
  return rows;
}
