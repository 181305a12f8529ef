import type { PendingAppend } from './pending-append.ts';

export interface GroupLimits {
  /** Small enough that two bulk callers fill two flushes, so that one is encoded while the other is stored. */
  readonly events: number;
  readonly bytes: number;
  /** Flushes at a time: with two, the next is encoded and sent while one waits for the disk. */
  readonly inFlight: number;
}

const DEFAULT_LIMITS: GroupLimits = { events: 1_000, bytes: 8 * 1024 * 1024, inFlight: 2 };
/** A second flush is worth its commit from this many events on; fewer wait for the first one to end. */
const WORTH_A_SECOND = 500;

interface Batch {
  readonly taken: PendingAppend[];
  readonly identities: Set<string>;
  readonly touched: Set<string>;
  readonly expected: Set<string>;
  events: number;
  bytes: number;
}

function fits(batch: Batch, append: PendingAppend, limits: GroupLimits): boolean {
  if (batch.taken.length === 0) return true;
  return batch.events + append.events.length <= limits.events && batch.bytes + append.bytes <= limits.bytes;
}

/** Appends of one flush are judged against the log as it was before it, so they must not concern each other. */
function isIndependent(batch: Batch, append: PendingAppend): boolean {
  return (
    !append.identities.some(key => batch.identities.has(key)) &&
    !append.streams.some(key => batch.expected.has(key)) &&
    !append.expected.some(key => batch.expected.has(key) || batch.touched.has(key))
  );
}

function add(batch: Batch, append: PendingAppend): void {
  batch.taken.push(append);
  batch.events += append.events.length;
  batch.bytes += append.bytes;
  for (const key of append.identities) batch.identities.add(key);
  for (const key of append.streams) batch.touched.add(key);
  for (const key of append.expected) batch.expected.add(key);
}

/** Splits off what may share the next flush, oldest first; the oldest append is always taken. */
export function takeBatch(
  queue: readonly PendingAppend[],
  limits = DEFAULT_LIMITS,
): { taken: PendingAppend[]; left: PendingAppend[] } {
  if (queue.length === 1) return { taken: [...queue], left: [] };
  const batch: Batch = {
    taken: [],
    identities: new Set(),
    touched: new Set(),
    expected: new Set(),
    events: 0,
    bytes: 0,
  };
  const left: PendingAppend[] = [];
  let full = false;
  for (const append of queue) {
    full ||= !fits(batch, append, limits);
    if (full || !isIndependent(batch, append)) left.push(append);
    else add(batch, append);
  }
  return { taken: batch.taken, left };
}

export interface GroupCommit {
  submit(append: PendingAppend): void;
  /** Resolves when everything submitted so far has been settled. */
  drained(): Promise<void>;
}

/** Coalesces concurrent appends: a lone one is flushed at once, those that arrive meanwhile share the next flush. */
export function createGroupCommit(
  flush: (batch: readonly PendingAppend[]) => Promise<void>,
  limits = DEFAULT_LIMITS,
): GroupCommit {
  let queue: PendingAppend[] = [];
  let inFlight = 0;
  let isScheduled = false;
  const whenIdle: (() => void)[] = [];

  const queuedEvents = (): number => queue.reduce((sum, append) => sum + append.events.length, 0);
  const mayStart = (): boolean => {
    if (queue.length === 0 || inFlight >= limits.inFlight) return false;
    return inFlight === 0 || queuedEvents() >= WORTH_A_SECOND;
  };

  const start = (): void => {
    isScheduled = false;
    while (mayStart()) {
      const { taken, left } = takeBatch(queue, limits);
      queue = left;
      inFlight++;
      void flush(taken).finally(ended);
    }
  };

  // After the poll phase of the event loop: callers whose requests arrived together are flushed together.
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(start);
  };

  const ended = (): void => {
    inFlight--;
    if (queue.length > 0) schedule();
    else if (inFlight === 0) for (const resolve of whenIdle.splice(0)) resolve();
  };

  return {
    submit: append => {
      queue.push(append);
      schedule();
    },
    drained: () => {
      if (inFlight === 0 && queue.length === 0) return Promise.resolve();
      return new Promise(resolve => void whenIdle.push(resolve));
    },
  };
}
