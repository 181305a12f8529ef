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

/** Rows that are all at hand. */
// eslint-disable-next-line @typescript-eslint/require-await -- the shape of a stream
export async function* inOnePage<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  if (rows.length > 0) yield rows;
}

export async function* mapPages<T, U>(
  source: AsyncIterable<readonly T[]>,
  map: (row: T) => U,
): AsyncGenerator<readonly U[]> {
  for await (const page of source) yield page.map(map);
}
