import { LetheError } from '../../domain/errors.ts';
import type { HeldLease, Leases } from '../../domain/ports/leases.ts';
import { LeaseSession } from './lease-session.ts';

export interface PostgresLeases extends Leases {
  close(): Promise<void>;
}

export interface PostgresLeasesOptions {
  readonly connectionString: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Leases as advisory locks of one PostgreSQL session a process, opened with the first lease and anew whenever it is lost.
 * The server frees them when the process dies, or has been silent for five seconds.
 */
export function createPostgresLeases({ connectionString, onError }: PostgresLeasesOptions): PostgresLeases {
  let opening: Promise<LeaseSession> | undefined;
  let isClosed = false;
  // A session may take its own lock again: whether this process has it is for this process to know.
  const held = new Set<string>();

  const forget = (): void => {
    opening = undefined;
  };
  const session = (): Promise<LeaseSession> => {
    if (isClosed) throw new LetheError('lease-lost', 'the leases are closed');
    opening ??= LeaseSession.open(connectionString).then(
      opened => {
        // One that was lost as soon as it was there tells it no more.
        if (opened.lost.aborted) forget();
        opened.lost.addEventListener('abort', forget, { once: true });
        return opened;
      },
      (error: unknown) => {
        forget();
        onError(error);
        throw error;
      },
    );
    return opening;
  };

  const runIn = async (
    open: LeaseSession,
    name: string,
    work: (held: HeldLease) => Promise<void>,
  ): Promise<boolean> => {
    if (!(await open.take(name))) return false;
    try {
      await work({ check: () => open.check(), lost: open.lost });
    } finally {
      // One that is lost is freed by the server.
      if (!open.lost.aborted) await open.free(name).catch(() => undefined);
    }
    return true;
  };

  return {
    run: async (name, work) => {
      if (held.has(name)) return false;
      held.add(name);
      try {
        return await runIn(await session(), name, work);
      } finally {
        held.delete(name);
      }
    },
    close: async () => {
      isClosed = true;
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
