import { LetheError } from '../../domain/errors.ts';
import type { Role } from '../../domain/ports/credentials.ts';
import type { PublishedCheckpoint } from '../../domain/ports/tree-store.ts';

/** Who may see the log of a tenant. */
export const LOG_ROLES: readonly Role[] = ['tenant-admin', 'dpo', 'auditor', 'operator'];

/** Of what changes from one second to the next. */
export const MUTABLE = 'no-store';

/** Throws `checkpoint-not-found` before the first. */
export async function published(
  asked: Promise<PublishedCheckpoint | undefined>,
): Promise<PublishedCheckpoint> {
  const checkpoint = await asked;
  if (checkpoint === undefined) throw new LetheError('checkpoint-not-found', 'nothing has been signed yet');
  return checkpoint;
}
