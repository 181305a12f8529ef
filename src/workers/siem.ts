import { LetheError } from '../domain/errors.ts';
import { toOcsf } from '../domain/ocsf/to-ocsf.ts';
import type { DeliveryCursors } from '../domain/ports/delivery-cursors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { SiemSink } from '../domain/ports/siem-sink.ts';
import { decodeEvent } from '../projections/runner/decode.ts';
import { createLoop, type Worker } from './loop.ts';

export interface SiemSenderDeps {
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly sink: SiemSink;
  readonly cursors: DeliveryCursors;
  /** Runs the work while no other process does the same under that name; false where one does. */
  readonly exclusively: (name: string, work: () => Promise<void>) => Promise<boolean>;
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onDelivered: (delivered: { readonly events: number; readonly lag: number }) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends every event of the log to a SIEM, in order, as OCSF. The cursor moves when the receiver has answered for a batch,
 * so a process that dies in between sends it again: at least once, each event with the same `metadata.uid`. The next batch
 * is read when the last was taken: a slow receiver holds back its own delivery and nothing else.
 */
export function createSiemSender(deps: SiemSenderDeps): Worker {
  const { sink, idleMs, onError, exclusively } = deps;
  const loop = createLoop({
    name: sink.name,
    idleMs,
    onError,
    round: async signal => {
      let more = false;
      try {
        await exclusively(sink.name, async () => {
          more = await sendNext(deps, signal);
        });
      } catch (error) {
        // Whoever stops cuts a delivery off: the next start repeats it.
        if (!signal.aborted) throw error;
      }
      return more;
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

/** Sends one batch; whether there was one. */
async function sendNext(
  { log, sink, cursors, batchSize, onDelivered }: SiemSenderDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const after = await cursors.load(sink.name);
  const stored = await log.readAll(after, batchSize, { withoutSealed: true });
  const head = await log.head();
  const position = stored.at(-1)?.position;
  if (position === undefined) {
    // A log that was restored without its cursors has lost what the receiver knows: somebody has to look first.
    if (head < after) throw new LetheError('siem-ahead', 'the receiver knows more events than the log has');
    onDelivered({ events: 0, lag: 0 });
    return false;
  }
  await sink.send(
    stored.map(event => toOcsf(decodeEvent(event))),
    signal,
  );
  await cursors.store(sink.name, position);
  onDelivered({ events: stored.length, lag: Math.max(0, head - position) });
  return true;
}
