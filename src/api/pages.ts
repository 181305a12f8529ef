import { encodeCursor } from './cursor.ts';

export interface Page<T> {
  readonly items: T[];
  /** Opaque; absent on the last page. */
  readonly next?: string;
}

/** A page of at most `limit` from up to `limit + 1` rows: the one too many only says that there is more. */
export function pageFrom<T>(rows: readonly T[], limit: number, placeOf: (row: T) => unknown): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: encodeCursor(placeOf(last)) };
}
