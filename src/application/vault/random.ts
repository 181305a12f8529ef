import { randomFillSync } from 'node:crypto';

/** Fresh random bytes of a cryptographic source; the buffer belongs to the caller. */
export type RandomBytes = (size: number) => Buffer;

const POOL_BYTES = 65_536;

/**
 * Random bytes cut from a pool, since one system call for each key costs more than sealing with it.
 * Every byte is handed out once; a used-up pool is replaced, never refilled.
 */
export function pooledRandom(): RandomBytes {
  let pool = Buffer.alloc(0);
  let used = 0;
  return size => {
    if (size > POOL_BYTES) return randomFillSync(Buffer.allocUnsafeSlow(size));
    if (used + size > pool.length) {
      pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES));
      used = 0;
    }
    const bytes = pool.subarray(used, used + size);
    used += size;
    return bytes;
  };
}
