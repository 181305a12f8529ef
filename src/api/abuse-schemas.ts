import { z } from 'zod';
import { ENTITY_KINDS, entityReference, type Entity } from '../domain/entities/entity.ts';
import { uuid } from '../domain/events/fields.ts';
import { MEASURES } from '../projections/abuse-activity/activity.ts';

const tally = z.int().nonnegative();
const share = z.number().min(0).max(1).nullable();
const [attempted, made, blocked, flagged, deleted, read] = MEASURES;

/** What an account did, by kind of activity. */
export const activityCounts = z.object({
  [attempted]: tally.meta({ description: 'generations asked for' }),
  [made]: tally.meta({ description: 'uploads, and generations completed' }),
  [blocked]: tally.meta({ description: 'generations refused' }),
  [flagged]: tally.meta({ description: 'PII flags' }),
  [deleted]: tally.meta({ description: 'assets that the user deleted' }),
  [read]: tally.meta({ description: 'views and downloads' }),
});

/** A date of erasure, and how far away it is. */
export const countdown = {
  eraseAt: z.date().nullable(),
  secondsLeft: tally.nullable().meta({ description: 'until eraseAt; 0 where it is due' }),
};

/** Whole seconds until keys are destroyed, 0 where that is due; null where no date stands. */
export const secondsUntil = (eraseAt: Date | null, now: Date): number | null =>
  eraseAt === null ? null : Math.max(0, Math.floor((eraseAt.getTime() - now.getTime()) / 1_000));

export const shownEntity = z.object({
  entity: z.string().meta({ description: 'kind:token; the token is keyed, and gives nobody the value' }),
  kind: z.enum(ENTITY_KINDS),
});
export const showEntity = ({ kind, token }: Entity): z.infer<typeof shownEntity> => ({
  entity: entityReference({ kind, token }),
  kind,
});

export const habits = z.object({
  made: tally,
  deleted: tally,
  deleteRatio: share,
  medianSecondsToDeletion: z.number().nullable(),
  shareWithinFiveMinutes: share,
  deletedAfterBlock: tally.meta({ description: 'deletions within 24 hours after a block' }),
});

export const newcomer = z.object({
  subject: uuid.nullable().meta({ description: 'null where the account is erased' }),
  firstSeen: z.date(),
  eventsBefore: tally.meta({ description: 'of the older account, in the 24 hours before' }),
});
