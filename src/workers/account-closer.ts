import type { Accounts } from '../application/accounts.ts';
import type { Attempts } from '../application/attempts.ts';
import type { OpenAccountDeletion, ViewIndex } from '../application/ports.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { createLoop, type Worker } from './loop.ts';

export interface AccountCloserDeps {
  readonly accounts: Pick<Accounts, 'continueDeletion'>;
  readonly views: Pick<ViewIndex, 'openAccountDeletions'>;
  readonly attempts: Attempts;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

const CLOSER: Actor = { kind: 'worker', id: 'account-closer' };
const AT_ONCE = 100;

/** Carries account deletions to their end: assets first, profile and directory entry last (promise 29). */
export const createAccountCloser = ({
  accounts,
  views,
  attempts,
  idleMs,
  onError,
}: AccountCloserDeps): Worker =>
  createLoop({
    name: 'account-closer',
    idleMs,
    onError,
    round: async signal => {
      let page: readonly OpenAccountDeletion[] = [];
      // Page by page: an account stays open until its last window ends, and keeps no later one waiting for its first step.
      do {
        page = await views.openAccountDeletions(AT_ONCE, page.at(-1));
        for (const { tenant, subject, request } of page) {
          if (signal.aborted) return false;
          const close = () => accounts.continueDeletion(tenant, subject, request, CLOSER);
          await attempts.of(tenant, close, request);
        }
      } while (page.length === AT_ONCE);
      return false;
    },
  });
