import type { Kafka } from 'kafkajs';
import { kafkaError } from './kafka-errors.ts';

/** Messages of each partition that a group has not read; all of them where it has never read any. */
export const createGroupLag =
  (kafka: Kafka, { topic, group }: { readonly topic: string; readonly group: string }) =>
  async (): Promise<ReadonlyMap<number, number>> => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const [ends, committed] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        admin.fetchOffsets({ groupId: group, topics: [topic] }),
      ]);
      const partitions = committed.flatMap(of => of.partitions);
      const read = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      return new Map(
        ends.map(({ partition, low, high }) => {
          // -1: nothing is committed yet.
          const next = Math.max(read.get(partition) ?? -1, Number(low));
          return [partition, Number(high) - next];
        }),
      );
    } catch (error) {
      throw kafkaError(error);
    } finally {
      await admin.disconnect();
    }
  };
