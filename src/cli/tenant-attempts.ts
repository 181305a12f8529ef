import type { Logger } from 'pino';
import { createAttempts, outagesBy, type Attempts } from '../application/attempts.ts';
import { isDatabaseAway } from '../platform/postgres/database-errors.ts';

export const isOutage = outagesBy(isDatabaseAway);

/** A worker's attempts at what tenants are owed; a line in the log for each that fails. */
export const attemptsOf = (worker: string, logger: Logger): Attempts =>
  createAttempts({
    isOutage,
    onFailure: (tenant, error) =>
      logger.error(
        { err: error, tenant, worker },
        'work for a tenant failed, is tried again; the others go on',
      ),
  });
