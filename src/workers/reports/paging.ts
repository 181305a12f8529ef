/** Rows in batches: at hand, or read as they are asked for. */
export type Pages<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

/** Pages until one comes up short. `next` is given the last row of the page before. */
export async function* pages<T>(
  limit: number,
  next: (last: T | undefined) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  let last: T | undefined;
  for (;;) {
    const page = await next(last);
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    last = page.at(-1);
  }
}

export async function* mapPages<T, U>(source: Pages<T>, map: (row: T) => U): AsyncGenerator<readonly U[]> {
  for await (const page of source) yield page.map(map);
}
