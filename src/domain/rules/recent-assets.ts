import { hash } from 'node:crypto';
import { DAY_MS } from './tally.ts';

/**
 * The newest assets that an account made within a day, oldest first: what stands for each, and when it was made. Numbers side
 * by side, since there are hundreds of an account, and as many accounts in memory as are at work.
 */
export interface RecentAssets {
  readonly marks: number[];
  readonly at: number[];
}

export const MOST_RECENT = 256;
/** 48 bits of the SHA-256 of the asset: two of an account's are alike once in ten thousand million accounts. */
const MARK_BYTES = 6;

export const noneRecent = (): RecentAssets => ({ marks: [], at: [] });

const markOf = (asset: string): number => hash('sha256', asset, 'buffer').readUIntBE(0, MARK_BYTES);

/** In place; what is older than a day goes, and the oldest where there are too many. */
export function remember({ marks, at }: RecentAssets, asset: string, madeAt: number): void {
  while (at.length >= MOST_RECENT || (at[0] !== undefined && at[0] < madeAt - DAY_MS)) {
    marks.shift();
    at.shift();
  }
  marks.push(markOf(asset));
  at.push(madeAt);
}

/** When the asset was made; undefined where it is not remembered. From now on it is not. */
export function takeOut({ marks, at }: RecentAssets, asset: string): number | undefined {
  const place = marks.lastIndexOf(markOf(asset));
  if (place < 0) return undefined;
  marks.splice(place, 1);
  return at.splice(place, 1)[0];
}
