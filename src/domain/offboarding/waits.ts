import type { Announcement, StartDestruction } from './offboarding.ts';

/** What the destruction of a tenant's keys waits for. */
export type OffboardingWait = 'notice' | 'retention' | 'held' | 'export';

/**
 * What stands in the way at that time: the notice, a minimum window that has not ended (promises 9, 11: safety copies are
 * not destroyed early), a hold, and evidence that is not there to be fetched. Nothing left means that it may begin.
 */
export function waitsFor(
  { notBefore }: Pick<Announcement, 'notBefore'>,
  { held, exported, windowsEnd, at }: Omit<StartDestruction, 'kind' | 'kmsKeys'>,
): OffboardingWait[] {
  const waits: OffboardingWait[] = [];
  if (at.getTime() < notBefore.getTime()) waits.push('notice');
  if (windowsEnd !== undefined && at.getTime() < windowsEnd.getTime()) waits.push('retention');
  if (held) waits.push('held');
  if (!exported) waits.push('export');
  return waits;
}
