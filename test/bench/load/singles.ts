import { runInChild } from './child.ts';

export interface SinglesOrder {
  readonly url: string;
  readonly tenant: string;
  readonly key: string;
  /** Keeps ids of different loads apart. */
  readonly run: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface SinglesResult {
  /** Events that were answered 200. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** Single events over HTTP, as many at once as there are connections. Throws when any is not answered 200. */
export async function singlesLoad(order: SinglesOrder): Promise<SinglesResult> {
  const result = await runInChild<SinglesResult>(new URL('./singles-client.ts', import.meta.url), order);
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: nothing is measured`);
  return result;
}
