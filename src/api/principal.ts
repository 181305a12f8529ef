import type { Actor, ActorKind } from '../domain/events/envelope.ts';
import type { Role } from '../domain/ports/credentials.ts';

/** Who is calling, as its credential says. */
export interface Principal {
  /** Id of the API key; of an access token the pseudonym of whom it speaks for. */
  readonly credential: string;
  readonly role: Role;
  /** Null: staff of the cell, who belong to none. The operator may enter any. */
  readonly tenant: string | null;
  /** Inside reference of the one user that a credential of role `subject` speaks for. */
  readonly subject: string | null;
}

const STAFF: ReadonlySet<Role> = new Set<Role>([
  'operator',
  'cross-tenant-auditor',
  'tenant-admin',
  'dpo',
  'auditor',
  'investigator',
]);

/** The caller as the cause of events. A subject acts under its own reference, everyone else under the credential's. */
export function actorOf(principal: Principal): Actor {
  const { role, subject, credential } = principal;
  if (role === 'subject' && subject !== null) return { kind: 'subject', id: subject, role };
  const kind: ActorKind = STAFF.has(role) ? 'staff' : 'api-client';
  return { kind, id: credential, role };
}
