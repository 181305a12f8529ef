import { LetheError } from '../domain/errors.ts';

/** Codes of what keeps every tenant from being served alike: whoever goes from one to the next stops there. */
const OUTAGES: ReadonlySet<string> = new Set(['lease-lost', 'log-unavailable', 'view-behind']);

export const isOutageCode = (code: string): boolean => OUTAGES.has(code);

/** Whether an error is nobody's own: the next tenant would meet it as well. */
export type IsOutage = (error: unknown) => boolean;

/** `isStoreAway` judges what has no code of ours: that of a database that does not answer, say. */
export const outagesBy =
  (isStoreAway: IsOutage): IsOutage =>
  error =>
    error instanceof LetheError ? isOutageCode(error.code) : isStoreAway(error);

/**
 * Work for many tenants, one after the other: what fails is told and put off, longer each time, and the rest goes on.
 * One for each worker, and as old as that: it remembers what has failed.
 */
export interface Attempts {
  /** How many pieces of work have failed and not succeeded since; at most 10,000. */
  readonly failing: number;
  /**
   * Answers what the work does; undefined where it fails, or is put off since it failed. `piece` names what is put off: all
   * of the tenant's where absent. Throws what keeps every tenant alike, and puts nothing off then.
   */
  of<T>(tenant: string, work: () => Promise<T>, piece?: string): Promise<T | undefined>;
}

export interface AttemptsOptions {
  readonly isOutage: IsOutage;
  readonly onFailure: (tenant: string, error: unknown) => void;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed?: () => number;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const REMEMBERED = 10_000;

interface PutOff {
  readonly waitMs: number;
  readonly until: number;
}

export function createAttempts({
  isOutage,
  onFailure,
  elapsed = () => performance.now(),
}: AttemptsOptions): Attempts {
  const failing = new Map<string, PutOff>();

  const putOff = (piece: string): void => {
    const waitMs = Math.min((failing.get(piece)?.waitMs ?? FIRST_MS / 2) * 2, LONGEST_MS);
    if (failing.size >= REMEMBERED) failing.clear();
    failing.set(piece, { waitMs, until: elapsed() + waitMs });
  };

  return {
    get failing() {
      return failing.size;
    },
    of: async (tenant, work, piece = tenant) => {
      if (elapsed() < (failing.get(piece)?.until ?? -Infinity)) return undefined;
      try {
        const done = await work();
        failing.delete(piece);
        return done;
      } catch (error) {
        if (isOutage(error)) throw error;
        putOff(piece);
        onFailure(tenant, error);
        return undefined;
      }
    },
  };
}
