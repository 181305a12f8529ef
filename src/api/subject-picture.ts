import { activityCounters, type ActivityCounters } from '../projections/abuse-activity/queries/counters.ts';
import {
  deletionHabits,
  type DeletionHabits,
} from '../projections/abuse-activity/queries/deletion-habits.ts';
import { subjectStanding, type SubjectStanding } from '../projections/abuse-activity/queries/standing.ts';
import { newcomersAfterBursts, type Newcomer } from '../projections/abuse-entities/queries/newcomers.ts';
import { entitiesOfSubject, type EntityOfSubject } from '../projections/abuse-entities/queries/of-subject.ts';
import type { Db } from '../projections/runner/view.ts';

/** How far back the picture of an account goes, milliseconds. */
const PICTURE_MS = 30 * 86_400_000;

/** One account as an investigator sees it. */
export interface SubjectPicture extends SubjectStanding {
  readonly subject: string;
  readonly counters: ActivityCounters;
  /** Over what was made in the last 30 days. */
  readonly habits: DeletionHabits;
  readonly entities: readonly EntityOfSubject[];
  readonly newcomers: readonly Newcomer[];
}

/** Undefined for nobody, and for an account that is erased. */
export async function pictureOf(
  db: Db,
  tenant: string,
  subject: string,
  now: Date,
): Promise<SubjectPicture | undefined> {
  const standing = await subjectStanding(db, tenant, subject);
  if (standing === undefined) return undefined;
  const since = new Date(now.getTime() - PICTURE_MS);
  return {
    ...{ subject, ...standing },
    counters: await activityCounters(db, tenant, subject, now),
    habits: await deletionHabits(db, tenant, subject, since),
    entities: await entitiesOfSubject(db, tenant, subject),
    newcomers: await newcomersAfterBursts(db, tenant, subject, since),
  };
}
