import { Buffer } from 'node:buffer';
import type { Rewrapped, WrappedKey } from '../../domain/ports/epoch-store.ts';
import type { Scope } from '../../domain/ports/key-store.ts';
import { requireWrap, WRAPPED_BYTES } from '../../domain/sealing/wrap.ts';

/** Keys as they go to the thread: many small buffers would cost more to send than to re-wrap. */
export interface SentPage {
  readonly scopes: readonly Scope[];
  /** Safety wraps, one after the other. */
  readonly safety: Uint8Array<ArrayBuffer>;
  /** 1 where the key is hidden. */
  readonly hidden: Uint8Array<ArrayBuffer>;
}

/** Wraps as they come back, a safety and a serving one a key; the latter is zeros where there is none. */
export interface ReturnedPage {
  readonly wraps: Uint8Array<ArrayBuffer>;
}

/** The page, or what `rewrapKey` threw. */
export type Returned = ReturnedPage | { readonly fault: { readonly code: string; readonly message: string } };

/** Bytes of the two wraps of a key. */
const PAIR = 2 * WRAPPED_BYTES;

/** Throws `wrap-malformed`. */
export function packKeys(keys: readonly WrappedKey[]): SentPage {
  const safety = new Uint8Array(keys.length * WRAPPED_BYTES);
  for (const [index, key] of keys.entries()) {
    requireWrap(key.safety, key.scope);
    safety.set(key.safety, index * WRAPPED_BYTES);
  }
  return {
    scopes: keys.map(({ scope }) => scope),
    safety,
    hidden: Uint8Array.from(keys, ({ isHidden }) => Number(isHidden)),
  };
}

export function packWraps(keys: readonly Rewrapped[]): ReturnedPage {
  const wraps = new Uint8Array(keys.length * PAIR);
  for (const [index, { safety, serving }] of keys.entries()) {
    wraps.set(safety, index * PAIR);
    if (serving !== null) wraps.set(serving, index * PAIR + WRAPPED_BYTES);
  }
  return { wraps };
}

export function unpackWraps(keys: readonly WrappedKey[], { wraps }: ReturnedPage): Rewrapped[] {
  const bytes = Buffer.from(wraps.buffer, wraps.byteOffset, wraps.length);
  const wrapAt = (at: number): Buffer => bytes.subarray(at, at + WRAPPED_BYTES);
  return keys.map(({ scope, safety: was, isHidden }, index) => ({
    scope,
    was,
    safety: wrapAt(index * PAIR),
    serving: isHidden ? null : wrapAt(index * PAIR + WRAPPED_BYTES),
  }));
}
