import type { Clock } from '../../domain/ports/clock.ts';

export interface ExpiringCacheOptions<V> {
  readonly clock: Clock;
  /** How long an entry lives from when it was stored, however often it is used. */
  readonly lifeMs: number;
  readonly max: number;
  /** Told of every value that leaves, so that it can be wiped. */
  readonly dispose: (value: V) => void;
}

/** Bounded, with one life for all entries: the oldest is the next to expire and the first to give way. */
export interface ExpiringCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  clear(): void;
}

export function createExpiringCache<V>(options: ExpiringCacheOptions<V>): ExpiringCache<V> {
  const { clock, lifeMs, max, dispose } = options;
  const entries = new Map<string, { readonly value: V; readonly storedAt: number }>();
  let timer: NodeJS.Timeout | undefined;

  // An age below zero means that the clock was set back: the true age is unknown, so the entry goes.
  const isExpired = (storedAt: number, now: number): boolean => now < storedAt || now - storedAt >= lifeMs;

  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    dispose(entry.value);
  };

  const sweep = (): void => {
    timer = undefined;
    const now = clock.now().getTime();
    for (const [key, { storedAt }] of entries) {
      if (!isExpired(storedAt, now)) break;
      remove(key);
    }
    schedule();
  };

  // An idle process must not keep keys for longer than a busy one.
  const schedule = (): void => {
    const [oldest] = entries.values();
    if (timer !== undefined || oldest === undefined) return;
    const left = oldest.storedAt + lifeMs - clock.now().getTime();
    timer = setTimeout(sweep, Math.min(Math.max(left, 1), lifeMs));
    timer.unref();
  };

  const evictOldest = (): void => {
    for (const oldest of entries.keys()) {
      if (entries.size <= max) return;
      remove(oldest);
    }
  };

  const set: ExpiringCache<V>['set'] = (key, value) => {
    remove(key);
    entries.set(key, { value, storedAt: clock.now().getTime() });
    if (entries.size > max) evictOldest();
    if (timer === undefined) schedule();
  };

  const get: ExpiringCache<V>['get'] = key => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (!isExpired(entry.storedAt, clock.now().getTime())) return entry.value;
    remove(key);
    return undefined;
  };

  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const key of [...entries.keys()]) remove(key);
  };

  return { get, set, delete: remove, clear };
}
