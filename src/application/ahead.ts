/** The same items; while one is worked on, the next is being made. */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  let coming = items.next();
  try {
    for (let item = await coming; item.done !== true; item = await coming) {
      coming = items.next();
      // Thrown when its turn comes; until then it must not go unhandled.
      coming.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await items.return?.();
  }
}
