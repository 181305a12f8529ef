import { runInChild } from './child.ts';

export interface TopicOrder {
  readonly address: string;
  /** To be made. */
  readonly topic: string;
  readonly partitions: number;
  readonly tenant: string;
  /** Keeps ids of different loads apart. */
  readonly run: string;
  readonly events: number;
}

/** Fills a topic with the events of a bulk load, as CloudEvents in structured mode. */
export async function fillTopic(order: TopicOrder): Promise<void> {
  await runInChild(new URL('./topic-client.ts', import.meta.url), order);
}
