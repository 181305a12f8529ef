import type { Directory } from '../application/directory.ts';
import { uuid } from '../domain/events/fields.ts';
import { LetheError } from '../domain/errors.ts';

/** One error for nobody and for an account that is erased: which of the two nobody can tell. */
export const nobody = (): LetheError => new LetheError('subject-not-found', 'no such user');

/**
 * The inside reference of a user whom an investigator names, by the tenant's own id or by the reference as the views show it;
 * whether anybody has such a reference is not looked at. Throws `subject-not-found`.
 */
export async function subjectReference(
  directory: Pick<Directory, 'find'>,
  tenant: string,
  name: string,
): Promise<string> {
  // A tenant's own id goes first: it may look like a reference.
  const found = await directory.find(tenant, name);
  if (found !== undefined) return found;
  if (uuid.safeParse(name).success) return name.toLowerCase();
  throw nobody();
}
