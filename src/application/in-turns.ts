import { setImmediate as nextTurn } from 'node:timers/promises';

/** The items in slices, and between two of them a turn of the event loop for whoever waits for it. */
export async function* inTurns<Item>(
  items: readonly Item[],
  most: number,
): AsyncGenerator<readonly Item[], void> {
  for (let from = 0; from < items.length; from += most) {
    if (from > 0) await nextTurn();
    yield items.slice(from, from + most);
  }
}
