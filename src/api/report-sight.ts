import type { Sight } from '../application/reports/reports.ts';
import { LetheError } from '../domain/errors.ts';
import type { Role } from '../domain/ports/credentials.ts';
import { KIND_TRAITS, REPORT_KINDS, type ReportKind } from '../domain/report/kinds.ts';
import { ownerOf } from './callers.ts';
import type { Principal } from './principal.ts';

/** Who may ask for reports of any kind at all. */
export const REPORT_READERS: readonly Role[] = ['subject', 'tenant-admin', 'dpo', 'auditor', 'operator'];

/** Users: what is about themselves. Those who answer for the tenant: everything. Others: what is about no single user. */
export function sightOf(principal: Principal): Sight {
  const { role } = principal;
  if (role === 'tenant-admin' || role === 'dpo') return { kinds: REPORT_KINDS, subject: undefined };
  const isOwn = role === 'subject';
  const kinds = REPORT_KINDS.filter(kind =>
    isOwn ? KIND_TRAITS[kind].subject !== 'none' : KIND_TRAITS[kind].subject !== 'required',
  );
  return { kinds, subject: ownerOf(principal) };
}

/** Throws `forbidden` for a kind, or for naming a user, that is not for the caller's role. */
export function requireKind(principal: Principal, kind: ReportKind, namesUser: boolean): void {
  const forNobody = principal.role === 'auditor' || principal.role === 'operator';
  if (!sightOf(principal).kinds.includes(kind) || (forNobody && namesUser)) {
    throw new LetheError(
      'forbidden',
      `a report of kind ${kind} about a user is not for a key of role ${principal.role}`,
    );
  }
}
