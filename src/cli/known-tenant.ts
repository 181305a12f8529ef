import { z } from 'zod';
import { TENANT_STREAM } from '../application/streams.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';

/** Throws `tenant-not-found`: of a misspelt id there is nothing in the log, which would look as if nothing were wrong. */
export async function requireTenant(log: Pick<EventLog, 'readStream'>, tenant: string): Promise<void> {
  const isId = z.uuid().safeParse(tenant).success;
  if (!isId || (await log.readStream(tenant, TENANT_STREAM)).length === 0)
    throw new LetheError('tenant-not-found', 'there is no such tenant');
}
