import { setTimeout as delay } from 'node:timers/promises';

interface Waiter {
  readonly views: readonly string[];
  readonly position: number;
  readonly resolve: () => void;
}

/** Where the views of this process stand, and who waits for them. */
export class Positions {
  readonly #positions = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();
  #awoken = Promise.withResolvers<undefined>();

  get all(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  /** Whether somebody waits for a position. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
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
    this.#awoken.resolve(undefined);
    signal?.addEventListener('abort', abandon, { once: true });
    await promise.finally(() => signal?.removeEventListener('abort', abandon));
  }

  /** Resolves after the time, or as soon as somebody waits for a position. */
  async quiet(ms: number, signal: AbortSignal): Promise<void> {
    if (this.isAwaited) return;
    this.#awoken = Promise.withResolvers();
    await Promise.race([
      this.#awoken.promise,
      delay(ms, undefined, { signal, ref: false }).catch(() => undefined),
    ]);
  }

  #reached({ views, position }: Waiter): boolean {
    return views.every(view => (this.#positions.get(view) ?? -1) >= position);
  }
}
