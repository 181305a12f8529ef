export interface TopicMessage {
  readonly key: string;
  /** Null: a tombstone, which takes the messages of its key out of a compacted topic. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

/**
 * Writes to topics. Messages of one key are in one partition, in the order given. Durable on every replica that is in sync
 * when `send` resolves. Rejects with `kafka-unavailable` where trying again helps, otherwise `kafka-refused`; what was sent
 * may then be there, whole or in part.
 */
export interface TopicWriter {
  send(topic: string, messages: readonly TopicMessage[]): Promise<void>;
  /** May be used again: it connects anew. */
  close(): Promise<void>;
}
