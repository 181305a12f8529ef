import { setTimeout as delay } from 'node:timers/promises';
import { readCheckpoints } from './checkpoint.ts';
import type { Db } from './view.ts';

interface Waiter {
  readonly views: readonly string[];
  readonly position: number;
  readonly resolve: () => void;
}

/** Where the views of this process stand, and who waits for them. */
export class Positions {
  readonly #positions = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();

  get all(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  set(view: string, position: number): void {
    this.#positions.set(view, position);
    for (const waiter of this.#waiters) {
      if (!this.#reached(waiter)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Resolves when each named view stands at `position` or further; rejects with the signal's reason. */
  async reached(position: number, views: readonly string[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter = { views, position, resolve: () => resolve(undefined) };
    if (this.#reached(waiter)) return;
    const abandon = (): void => {
      this.#waiters.delete(waiter);
      reject(
        signal?.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal?.reason }),
      );
    };
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', abandon, { once: true });
    await promise.finally(() => signal?.removeEventListener('abort', abandon));
  }

  #reached({ views, position }: Waiter): boolean {
    return views.every(view => (this.#positions.get(view) ?? -1) >= position);
  }
}

const POLL_MS = 20;

/** The same for a process that has no projector of its own: asks the checkpoints until they say so. */
export async function viewsReached(
  db: Db,
  views: readonly string[],
  position: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const checkpoints = await readCheckpoints(db, views);
    const behind = checkpoints.some(checkpoint => checkpoint.position < position);
    if (!behind && checkpoints.length === views.length) return;
    await delay(POLL_MS, undefined, { signal });
  }
}
