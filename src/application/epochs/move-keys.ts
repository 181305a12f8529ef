import { setTimeout as delay } from 'node:timers/promises';
import type { Rewrapped, WrappedKey } from '../../domain/ports/epoch-store.ts';
import type { Rewrapper } from '../../domain/ports/rewrapper.ts';
import type { RewrapPlan } from '../../domain/sealing/rewrap.ts';
import { ahead } from '../ahead.ts';
import type { EpochDeps } from './deps.ts';

const PAGE = 4_000;
/** While something more urgent goes on, a page is followed by a rest of so many times its own time. */
const YIELD = 3;
/** Before rows that somebody else had locked are tried again. */
const LOCKED_MS = 20;

/**
 * Re-wraps every living key of one epoch under another, each verified before it is written: one page is read, the next
 * re-wrapped and a third written at the same time. One pass over the scopes: keys that came meanwhile, or that somebody
 * else held, are left. Answers how many it found.
 */
export async function moveKeys(deps: EpochDeps, plan: RewrapPlan, rewrapper: Rewrapper): Promise<number> {
  const { epochs, isBusy } = deps;
  let found = 0;
  let moved = 0;
  let started = performance.now();
  for await (const keys of ahead(rewrapped(rewrapper, ahead(pages(deps, plan))))) {
    moved += await epochs.rewrap(plan.tenant, plan.to.epoch, keys);
    found += keys.length;
    if (isBusy()) await delay((performance.now() - started) * YIELD);
    started = performance.now();
  }
  if (found > 0 && moved === 0) await delay(LOCKED_MS);
  return found;
}

async function* pages(
  { epochs }: EpochDeps,
  { tenant, from }: RewrapPlan,
): AsyncGenerator<readonly WrappedKey[]> {
  let page: readonly WrappedKey[] = [];
  do {
    page = await epochs.livingUnder(tenant, from.epoch, { after: page.at(-1)?.scope, limit: PAGE });
    if (page.length > 0) yield page;
  } while (page.length === PAGE);
}

async function* rewrapped(
  rewrapper: Rewrapper,
  source: AsyncIterable<readonly WrappedKey[]>,
): AsyncGenerator<readonly Rewrapped[]> {
  for await (const page of source) yield await rewrapper.rewrap(page);
}
