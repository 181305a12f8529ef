import type { Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { LetheError } from '../../domain/errors.ts';
import type { FeedMessage } from '../../domain/ports/message-feed.ts';
import { headersOf } from './headers.ts';
import { createLanes } from './lanes.ts';
import { followMembership } from './membership.ts';
import type { Handler } from './message-feed.ts';

interface ReadingOptions {
  readonly consumer: Pick<Consumer, 'on' | 'events' | 'commitOffsets'>;
  readonly topic: string;
  readonly handler: Handler;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

type Fetched = Pick<Batch, 'partition' | 'messages' | 'lastOffset'>;
type Payload = Pick<EachBatchPayload, 'resolveOffset' | 'pause'> & { readonly batch: Fetched };

/** What a consumer has fetched and not yet handled. */
export interface Reading {
  take(payload: Payload): void;
  /** Rejects where a handler has: nothing more is handled then, and what is not committed has to be fetched again. */
  readonly failed: Promise<never>;
  /** Resolves when no handler runs any more. */
  drained(): Promise<void>;
}

/** Batches of a partition: one at work, one that waits for it. */
const DEPTH = 2;

/**
 * Takes batches off the consumer's own loop, which fetches for no partition until it is through with all: so a batch that
 * waits holds back its partition alone, and heartbeats go on whatever the handler does.
 */
export function createReading({ consumer, topic, handler, signal, onError }: ReadingOptions): Reading {
  const lanes = createLanes();
  /** Of the partitions that nothing is fetched for. */
  const resumptions = new Map<number, () => void>();
  const membership = followMembership(consumer, topic);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Somebody waits for it only while the consumer runs.
  failed.catch(() => undefined);
  const failure = new AbortController();

  const commit = async ({ partition, lastOffset }: Place): Promise<void> => {
    const offset = String(BigInt(lastOffset) + 1n);
    // Where the group is just sharing out anew, the batch comes again, and is a repetition.
    await consumer.commitOffsets([{ topic, partition, offset }]).catch(onError);
  };

  const work = async (batch: Fetched, requireOurs: () => void): Promise<void> => {
    const { partition, messages } = batch;
    if (failure.signal.aborted || signal.aborted) return;
    // A partition that stays ours while the group shares out anew is fetched again from what is committed. What was
    // fetched before is handled all the same: left out, it would be a gap under a later commit.
    requireOurs();
    await handler({ topic, partition, messages: messages.map(toMessage), requireOurs }, signal);
    // Whoever has the partition meanwhile may be further: his place must not be set back.
    requireOurs();
    await commit({ partition, lastOffset: batch.lastOffset() });
  };

  const giveUp = (error: unknown): void => {
    if (signal.aborted || isLost(error)) return;
    failure.abort();
    reject(error);
  };

  return {
    failed,
    drained: () => lanes.drained(),
    take: payload => {
      const { batch } = payload;
      const { partition } = batch;
      const requireOurs = membership.hold(partition);
      // Where the next fetch goes on; what is committed is another matter.
      payload.resolveOffset(batch.lastOffset());
      void lanes
        .add(partition, () => work(batch, requireOurs).catch(giveUp))
        .then(() => {
          if (lanes.depth(partition) >= DEPTH) return;
          resumptions.get(partition)?.();
          resumptions.delete(partition);
        });
      if (lanes.depth(partition) >= DEPTH) resumptions.set(partition, payload.pause());
    },
  };
}

interface Place {
  readonly partition: number;
  readonly lastOffset: string;
}

const isLost = (error: unknown): boolean => error instanceof LetheError && error.code === 'partition-lost';

const toMessage = ({ key, value, headers, offset }: KafkaMessage): FeedMessage => ({
  key,
  value,
  headers: headersOf(headers),
  offset,
});
