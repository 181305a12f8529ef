import type { Policy } from '../policy/policy.ts';
import { addDuration } from './duration.ts';

/** Stamped on an asset when it is created, from the policy in force then; no later policy changes them. */
export interface RetentionDates {
  /** End of the abuse-monitoring window: nothing is erased before it (promises 9, 11). */
  readonly windowEnds: Date;
  /** Automatic deletion (promises 9, 27, 37). */
  readonly scheduledFor: Date;
}

export const earlier = (a: Date, b: Date): Date => (a.getTime() <= b.getTime() ? a : b);
export const later = (a: Date, b: Date): Date => (a.getTime() >= b.getTime() ? a : b);

/** createdAt + minimum and createdAt + maximum retention, in UTC, months and years by the calendar. */
export function retentionDates(
  createdAt: Date,
  policy: Pick<Policy, 'minRetention' | 'maxRetention'>,
): RetentionDates {
  const windowEnds = addDuration(createdAt, policy.minRetention);
  // P1M is shorter than P30D in February: the window wins whatever the linter let through.
  return { windowEnds, scheduledFor: later(windowEnds, addDuration(createdAt, policy.maxRetention)) };
}

/** When an asset is erased whose deletion is asked for at `requestedAt`: after the window, never later than scheduled. */
export const eraseAtOnRequest = (requestedAt: Date, dates: RetentionDates): Date =>
  earlier(dates.scheduledFor, later(requestedAt, dates.windowEnds));

/** A legal hold over one asset; without `expiresAt` it lasts until released. */
export interface HoldSpan {
  readonly expiresAt: Date | undefined;
}

/**
 * The date that stands while `holds` cover the asset, or undefined while one of them has no end.
 * Without holds it is `eraseAt` itself: a release resumes the old date.
 */
export function effectiveEraseAt(asset: {
  readonly eraseAt: Date;
  readonly holds: readonly HoldSpan[];
}): Date | undefined {
  let at = asset.eraseAt;
  for (const { expiresAt } of asset.holds) {
    if (expiresAt === undefined) return undefined;
    at = later(at, expiresAt);
  }
  return at;
}

/** The instant that erasing goes by: a clock that jumps ahead needs the log's own time to agree. */
export const erasureTime = (clockNow: Date, logNow: Date): Date => earlier(clockNow, logNow);

/** Whether an asset may be erased now. Neither clock alone, nor any clock under a hold, is enough. */
export const isDue = (asset: {
  readonly eraseAt: Date;
  readonly held: boolean;
  readonly clockNow: Date;
  readonly logNow: Date;
}): boolean => !asset.held && erasureTime(asset.clockNow, asset.logNow).getTime() >= asset.eraseAt.getTime();

/**
 * The last instant at which an erasure is still on time: the SLA counts from `eraseAt`, or from `heldUntil`,
 * the end of the last hold, where that is later. After it the asset is overdue, which is an alarm.
 */
export const erasureDeadline = (
  asset: { readonly eraseAt: Date; readonly heldUntil?: Date },
  erasureSla: string,
): Date => addDuration(later(asset.eraseAt, asset.heldUntil ?? asset.eraseAt), erasureSla);
