import type { FastifyRequest } from 'fastify';
import type { Directory } from '../application/directory.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { Role } from '../domain/ports/credentials.ts';
import { principalOf } from './access.ts';
import { actorOf, type Principal } from './principal.ts';

/** Roles that may see or delete one user's things: the user, and who answers for the tenant. Staff need a case. */
export const OWN_DATA: readonly Role[] = ['subject', 'tenant-admin', 'dpo'];

export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
}

export function callerOf(request: FastifyRequest): Caller {
  const principal = principalOf(request);
  return { principal, actor: actorOf(principal) };
}

/** Whose things the caller is limited to; undefined: anybody's of the tenant. */
export function ownerOf({ role, subject }: Principal): string | undefined {
  if (role !== 'subject') return undefined;
  if (subject === null) throw new LetheError('forbidden', 'the key speaks for no subject');
  return subject;
}

/**
 * The inside reference of the user that a request names. Throws `subject-not-found`; for a key of role `subject` in the
 * same words whether the user is another or nobody, since which of the two it is stays a secret.
 */
export async function findSubject(
  directory: Pick<Directory, 'find'>,
  tenant: string,
  outsideSubject: string,
  { principal }: Caller,
): Promise<string> {
  const owner = ownerOf(principal);
  const subject = await directory.find(tenant, outsideSubject);
  if (subject === undefined || (owner !== undefined && owner !== subject)) {
    throw new LetheError('subject-not-found', 'no such user');
  }
  return subject;
}
