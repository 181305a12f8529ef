import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { LetheError } from '../../domain/errors.ts';
import type { Rewrapped } from '../../domain/ports/epoch-store.ts';
import { REWRAP_RANDOM_BYTES, rewrapKey, type RewrapPlan } from '../../domain/sealing/rewrap.ts';
import { WRAPPED_BYTES } from '../../domain/sealing/wrap.ts';
import { packWraps, type Returned, type SentPage } from './pages.ts';

/** What runs in the thread: one answer a page, in order. Anything but a refused key ends the thread. */
const plan = workerData as RewrapPlan;
parentPort?.on('message', (page: SentPage) => {
  const returned = rewrapPage(page);
  parentPort?.postMessage(returned, 'wraps' in returned ? [returned.wraps.buffer] : []);
});

function rewrapPage({ scopes, safety, hidden }: SentPage): Returned {
  const wraps = Buffer.from(safety.buffer);
  const random = randomBytes(scopes.length * REWRAP_RANDOM_BYTES);
  const one = (scope: SentPage['scopes'][number], index: number): Rewrapped =>
    rewrapKey(
      plan,
      {
        scope,
        safety: wraps.subarray(index * WRAPPED_BYTES, (index + 1) * WRAPPED_BYTES),
        isHidden: hidden[index] === 1,
      },
      random.subarray(index * REWRAP_RANDOM_BYTES, (index + 1) * REWRAP_RANDOM_BYTES),
    );
  try {
    return packWraps(scopes.map(one));
  } catch (error) {
    if (!(error instanceof LetheError)) throw error;
    return { fault: { code: error.code, message: error.message } };
  }
}
