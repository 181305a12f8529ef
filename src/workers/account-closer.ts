import type { Accounts } from '../application/accounts.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { createLoop, type Worker } from './loop.ts';

export interface AccountCloserDeps {
  readonly accounts: Pick<Accounts, 'continueDeletion'>;
  readonly views: Pick<ViewIndex, 'openAccountDeletions'>;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

const CLOSER: Actor = { kind: 'worker', id: 'account-closer' };
const AT_ONCE = 100;

/** Carries account deletions to their end: assets first, profile and directory entry last (promise 29). */
export const createAccountCloser = ({ accounts, views, idleMs, onError }: AccountCloserDeps): Worker =>
  createLoop({
    name: 'account-closer',
    idleMs,
    onError,
    round: async signal => {
      for (const { tenant, subject, request } of await views.openAccountDeletions(AT_ONCE)) {
        if (signal.aborted) break;
        await accounts.continueDeletion(tenant, subject, request, CLOSER);
      }
      return false;
    },
  });
