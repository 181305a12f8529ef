/** A message of a topic as it came: nothing of it has been looked at. */
export interface FeedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  /** Of the message in its partition, decimal: it may exceed what a number holds. */
  readonly offset: string;
}

/** Messages of one partition, in order. */
export interface FeedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly FeedMessage[];
  /** Throws `partition-lost` once another consumer has the partition: to be asked now and then while a batch waits. */
  requireOurs(): void;
}

/**
 * Messages that others put into a topic. Guarantees, which the worker relies on:
 * - A batch counts as read once its handler has resolved, durably. Until then it comes again: here, or at another consumer.
 * - One batch of a partition at a time, in order; batches of several partitions at once, none of which waits for another.
 *   One batch a partition is fetched ahead and no more, so that a slow handler holds the feed back.
 * - A handler that rejects with anything but `partition-lost` makes the feed begin anew from what is read.
 * - It reconnects by itself, for as long as it takes.
 */
export interface MessageFeed {
  start(handler: (batch: FeedBatch, signal: AbortSignal) => Promise<void>): void;
  /** Resolves when no handler runs any more; the signal tells them to hurry. */
  stop(): Promise<void>;
}
