import { setTimeout as delay } from 'node:timers/promises';
import type { Projector } from '../../../src/projections/runner/projector.ts';

/** Resolves once the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  while (!(await condition())) await delay(5, undefined, { signal });
}

/** Fails after ten seconds, not after the test's whole time. */
export const caughtUp = (projector: Projector, position: number, views?: readonly string[]): Promise<void> =>
  projector.caughtUp(position, {
    signal: AbortSignal.timeout(10_000),
    ...(views === undefined ? {} : { views }),
  });
