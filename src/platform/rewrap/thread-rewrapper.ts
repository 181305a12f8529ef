import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LetheError } from '../../domain/errors.ts';
import type { Rewrapped, WrappedKey } from '../../domain/ports/epoch-store.ts';
import type { Rewrapper } from '../../domain/ports/rewrapper.ts';
import { REWRAP_RANDOM_BYTES, rewrapKey, type RewrapPlan } from '../../domain/sealing/rewrap.ts';
import { packKeys, unpackWraps, type Returned } from './pages.ts';

/** Fewer keys than this cost the event loop less than a thread costs to start: some milliseconds. */
const WORTH_A_THREAD = 200;
const THREAD = new URL('thread.ts', import.meta.url);
const YOUNG_GENERATION_MB = 8;

/** A thread that is started for the first page worth it, and ends with the roll. One page at a time is under way. */
export function openThreadRewrapper(plan: RewrapPlan): Rewrapper {
  let thread: Worker | undefined;
  return {
    rewrap: async keys => {
      if (keys.length < WORTH_A_THREAD) return keys.map(key => rewrapHere(plan, key));
      thread ??= startThread(plan);
      const answer = once(thread, 'message') as Promise<[Returned]>;
      thread.postMessage(packKeys(keys));
      const [returned] = await answer;
      if ('fault' in returned) throw new LetheError(returned.fault.code, returned.fault.message);
      return unpackWraps(keys, returned);
    },
    [Symbol.asyncDispose]: async () => {
      await thread?.terminate();
    },
  };
}

const rewrapHere = (plan: RewrapPlan, key: WrappedKey): Rewrapped =>
  rewrapKey(plan, key, randomBytes(REWRAP_RANDOM_BYTES));

const startThread = (plan: RewrapPlan): Worker =>
  new Worker(THREAD, {
    name: 'rewrap',
    workerData: plan,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
