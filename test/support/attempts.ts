import { createAttempts, outagesBy, type Attempts } from '../../src/application/attempts.ts';
import { LetheError } from '../../src/domain/errors.ts';

export interface ToldAttempts {
  readonly attempts: Attempts;
  /** What failed so far: tenant and code. */
  readonly failed: [tenant: string, code: string | undefined][];
}

/** Attempts that tell what failed; an outage is only what says so of itself by its code. */
export function tellingAttempts(elapsed?: () => number): ToldAttempts {
  const failed: ToldAttempts['failed'] = [];
  const attempts = createAttempts({
    isOutage: outagesBy(() => false),
    onFailure: (tenant, error) => failed.push([tenant, error instanceof LetheError ? error.code : undefined]),
    ...(elapsed === undefined ? {} : { elapsed }),
  });
  return { attempts, failed };
}
