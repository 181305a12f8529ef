import type { Attempts } from '../application/attempts.ts';
import { createLoop, type Worker } from './loop.ts';

export interface WaitingCallsDeps {
  readonly tenants: () => Promise<readonly string[]>;
  /** Answers whether there may be more of the tenant. */
  readonly seeAgain: (tenant: string) => Promise<boolean>;
  readonly attempts: Attempts;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Looks again at the calls that wait for their tenant's key before their entities are known. */
export const createWaitingCalls = ({
  tenants,
  seeAgain,
  attempts,
  idleMs,
  onError,
}: WaitingCallsDeps): Worker =>
  createLoop({
    name: 'abuse-entities-again',
    idleMs,
    onError,
    round: async signal => {
      let isMore = false;
      for (const tenant of await tenants()) {
        if (signal.aborted) break;
        isMore = (await attempts.of(tenant, () => seeAgain(tenant))) === true || isMore;
      }
      return isMore;
    },
  });
