import { LetheError } from '../../domain/errors.ts';
import type { LeaseCheck } from '../../domain/ports/leases.ts';
import type { Lease } from '../../domain/ports/notary.ts';
import type { TreeState, TreeStore } from '../../domain/ports/tree-store.ts';
import { isOutageCode } from '../attempts.ts';
import type { Extender } from './extend.ts';
import type { Signer } from './sign.ts';

/** Tenants that are signed at the same time: witnesses answer over the network. */
const AT_ONCE = 8;

export interface NotaryObserver {
  /** After each round: trees with leaves that no published checkpoint covers, with the age of the oldest, seconds. */
  readonly onUnsigned: (trees: readonly (TreeState & { readonly seconds: number })[]) => void;
  /** A tree that was not signed: `checkpoint-contradiction` is an alarm. */
  readonly onRefused: (tenant: string, error: LetheError) => void;
}

/** Follows the log and signs what it has become. */
export interface Notary extends Extender {
  /** Signs every tree with something new, if no other process is at it. */
  signAll(): Promise<void>;
}

export function createNotary(deps: {
  readonly trees: Pick<TreeStore, 'unpublished'>;
  readonly extender: Extender;
  readonly signer: Signer;
  readonly lease: Lease;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
  readonly observer: NotaryObserver;
}): Notary {
  const { trees, extender, signer, lease, elapsed, observer } = deps;
  /** When each tree was first seen with leaves that no checkpoint covers. */
  let waiting = new Map<string, number>();

  const signOne = async (tree: TreeState, check: LeaseCheck): Promise<void> => {
    try {
      if (await signer.sign(tree.tenant, check)) waiting.delete(tree.tenant);
    } catch (error) {
      if (!(error instanceof LetheError) || isOutageCode(error.code)) throw error;
      observer.onRefused(tree.tenant, error);
    }
  };

  const signAll = async (check: LeaseCheck): Promise<void> => {
    const due = await trees.unpublished();
    const now = elapsed();
    waiting = new Map(due.map(({ tenant }) => [tenant, waiting.get(tenant) ?? now]));
    observer.onUnsigned(
      due.map(tree => ({ ...tree, seconds: (now - (waiting.get(tree.tenant) ?? now)) / 1_000 })),
    );
    const queue = due.values();
    const one = async (): Promise<void> => {
      for (const tree of queue) await signOne(tree, check);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  };

  return {
    ...extender,
    signAll: async () => {
      await lease.hold(signAll);
    },
  };
}
