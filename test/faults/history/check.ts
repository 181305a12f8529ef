import { checkErasures } from './check-erasures.ts';
import { checkFollowers, checkLog } from './check-log.ts';
import { checkReads } from './check-reads.ts';
import type { Anomaly, History } from './operations.ts';

/**
 * Holds what clients saw against the log: lost, doubled, phantom and reordered events, assets that vanish, reappear or are
 * visible after an acknowledged deletion, and erasures that are missing, early or repeated. Pure. An empty answer says that
 * this history is free of them, not that every history is. An operation without an answer (`ended` Infinity) is held to
 * nothing, and excuses what it may have caused.
 */
export const check = (history: History): Anomaly[] =>
  [checkLog, checkFollowers, checkReads, checkErasures].flatMap(one => one(history));
