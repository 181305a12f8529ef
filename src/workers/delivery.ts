import { LetheError } from '../domain/errors.ts';
import type { DeliveryCursors } from '../domain/ports/delivery-cursors.ts';
import type { EventLog, ReadOptions } from '../domain/ports/event-log.ts';
import type { HeldLease, LeaseCheck, Leases } from '../domain/ports/leases.ts';
import type { LogSink } from '../domain/ports/log-sink.ts';
import { createLoop, type Worker } from './loop.ts';

export interface Delivered {
  readonly events: number;
  /** Events of the log that the receiver has not taken yet. */
  readonly lag: number;
}

export interface DeliveryDeps {
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly sink: LogSink;
  readonly cursors: DeliveryCursors;
  /** Runs the work while no other process does the same under that name; false where one does. */
  readonly exclusively: Leases['run'];
  readonly batchSize: number;
  readonly idleMs: number;
  readonly read?: ReadOptions;
  /** Said where the receiver knows more events than the log has. */
  readonly aheadCode: string;
  readonly onDelivered: (delivered: Delivered) => void;
  /** Told when another process is at it: what this one last knew of the lag is then nothing. */
  readonly onElsewhere: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends every event of the log to a receiver, in order. The cursor moves when the receiver has answered for a batch, so a
 * process that dies in between sends it again: at least once. The next batch is read when the last was taken: a slow
 * receiver holds back its own delivery and nothing else.
 */
export function createDelivery(deps: DeliveryDeps): Worker {
  const { sink, idleMs, onElsewhere, onError, exclusively } = deps;
  const loop = createLoop({
    name: sink.name,
    idleMs,
    onError,
    round: async stopping => {
      if (!(await exclusively(sink.name, held => sendAll(deps, held, stopping)))) onElsewhere();
      return false;
    },
  });
  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      await sink.close();
    },
  };
}

/** The lease is kept for as long as there is more: a batch then costs no more than to read, send and note it. */
async function sendAll(deps: DeliveryDeps, { check, lost }: HeldLease, stopping: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stopping, lost]);
  try {
    while (!signal.aborted && (await sendNext(deps, check, signal)));
  } catch (error) {
    // Whoever stops, or has lost the lease, cuts a delivery off: who comes next repeats it.
    if (!signal.aborted) throw error;
  }
}

/** Sends one batch; whether there was one. */
async function sendNext(
  { log, sink, cursors, batchSize, read, aheadCode, onDelivered }: DeliveryDeps,
  check: LeaseCheck,
  signal: AbortSignal,
): Promise<boolean> {
  const after = await cursors.load(sink.name);
  const [head, stored] = await Promise.all([log.head(), log.readAll(after, batchSize, read)]);
  const position = stored.at(-1)?.position;
  if (position === undefined) {
    // A log that was restored without its cursors has lost what the receiver knows: somebody has to look first.
    if (head < after) throw new LetheError(aheadCode, 'the receiver knows more events than the log has');
    onDelivered({ events: 0, lag: 0 });
    return false;
  }
  // A process that was frozen learns here, and not from its receiver, that another is at it.
  await check();
  await sink.send(stored, signal);
  await cursors.store(sink.name, position);
  onDelivered({ events: stored.length, lag: Math.max(0, head - position) });
  return true;
}
