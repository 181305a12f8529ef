import type { Consumer } from 'kafkajs';
import { LetheError } from '../../domain/errors.ts';

/** Which partitions of a topic a consumer has, and since when. */
export interface Membership {
  /**
   * For what is fetched now: the check throws `partition-lost` once another consumer has the partition, and for ever, even
   * if it comes back. What is left out in between must not be passed over by a commit of what lies behind it.
   */
  hold(partition: number): () => void;
}

export function followMembership(consumer: Pick<Consumer, 'on' | 'events'>, topic: string): Membership {
  let tenures: ReadonlyMap<number, symbol> = new Map();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const assigned = payload.memberAssignment[topic] ?? [];
    tenures = new Map(assigned.map(partition => [partition, tenures.get(partition) ?? Symbol('tenure')]));
  });
  return {
    hold: partition => {
      const tenure = tenures.get(partition);
      return () => {
        if (tenure === undefined || tenures.get(partition) !== tenure)
          throw new LetheError('partition-lost', 'another consumer has the partition');
      };
    },
  };
}
