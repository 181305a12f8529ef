import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Rewrapped, WrappedKey } from '../../domain/ports/epoch-store.ts';
import { REWRAP_RANDOM_BYTES, rewrapKey, type RewrapPlan } from '../../domain/sealing/rewrap.ts';
import type { EpochDeps } from './deps.ts';

const PAGE = 4_000;
/** Keys re-wrapped in one turn of the event loop: some milliseconds. */
const TURN = 100;
/** While something more urgent goes on, a page is followed by a rest of so many times its own time. */
const YIELD = 3;
/** Before rows that somebody else had locked are tried again. */
const LOCKED_MS = 20;

/**
 * Re-wraps every living key of one epoch under another, each verified before it is written. One pass over the scopes:
 * keys that came meanwhile, or that somebody else held, are left. Answers how many it found.
 */
export async function moveKeys(deps: EpochDeps, plan: RewrapPlan): Promise<number> {
  const { epochs } = deps;
  const read = (after: string | undefined): Promise<WrappedKey[]> =>
    epochs.livingUnder(plan.tenant, plan.from.epoch, { after, limit: PAGE });
  let found = 0;
  let moved = 0;
  let writing: Promise<number> = Promise.resolve(0);
  for (let page = await read(undefined); page.length > 0;) {
    const started = performance.now();
    const next = page.length < PAGE ? Promise.resolve([]) : read(page.at(-1)?.scope);
    // Awaited below, unless something else fails first: it must then not go unhandled.
    next.catch(() => undefined);
    const keys = await rewrapPage(deps, plan, page);
    moved += await writing;
    writing = epochs.rewrap(plan.tenant, plan.to.epoch, keys);
    writing.catch(() => undefined);
    found += page.length;
    page = await next;
    if (deps.isBusy()) await delay((performance.now() - started) * YIELD);
  }
  moved += await writing;
  if (found > 0 && moved === 0) await delay(LOCKED_MS);
  return found;
}

async function rewrapPage(
  { random }: EpochDeps,
  plan: RewrapPlan,
  page: readonly WrappedKey[],
): Promise<Rewrapped[]> {
  const keys: Rewrapped[] = [];
  for (const key of page) {
    keys.push(rewrapKey(plan, key, random(REWRAP_RANDOM_BYTES)));
    if (keys.length % TURN === 0) await nextTurn();
  }
  return keys;
}
