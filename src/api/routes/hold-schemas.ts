import { z } from 'zod';
import type { HoldOrder } from '../../application/holds.ts';
import { HOLD_KINDS } from '../../domain/events/hold-events.ts';
import { label, opaqueId, outsideSubject, shortText, uuid } from '../../domain/events/fields.ts';
import { LIMITS } from '../../domain/limits.ts';
import type { Hold } from '../../domain/preservation/preservation.ts';
import { instant, position } from '../schemas.ts';

const terms = {
  kind: z.enum(HOLD_KINDS),
  authority: label.meta({
    description: 'who ordered it, by reference: court and docket, agency and file number',
  }),
  ground: shortText.min(1).meta({ description: 'legal ground' }),
  expiresAt: instant.optional(),
};

/** Over assets, over everything of one user, or over the assets that a case links now. */
export const holdOrder = z.union([
  z.strictObject({ ...terms, assets: z.array(opaqueId).min(1).max(LIMITS.heldAssets) }),
  z.strictObject({ ...terms, subject: outsideSubject }),
  z.strictObject({ ...terms, case: uuid }),
]);

export const termsOf = ({
  kind,
  authority,
  ground,
  expiresAt,
}: z.infer<typeof holdOrder>): Omit<HoldOrder, 'scope'> => ({
  ...{ kind, authority, ground },
  ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
});

export const requestedHold = z.object({
  id: uuid,
  state: z.literal('requested'),
  preservesUntil: z.date().meta({ description: 'when it lapses unless somebody else approves it' }),
  tooLate: z.array(z.string()).meta({ description: 'assets that were being erased already' }),
  position,
});

export const shownHold = z.object({
  hold: z.string(),
  state: z.enum(['requested', 'placed']),
  kind: z.enum(HOLD_KINDS),
  authority: z.string(),
  ground: z.string(),
  scope: z.union([
    z.object({ assets: z.array(z.string()), case: z.string().optional() }),
    z.object({ subject: z.string() }),
  ]),
  requestedBy: z.string().nullable(),
  requestedAt: z.date().nullable(),
  placedAt: z.date().nullable(),
  expiresAt: z.date().nullable().meta({ description: 'of a request: when it lapses' }),
});

export const shownOf = (hold: Hold): z.infer<typeof shownHold> => ({
  hold: hold.hold,
  state: hold.status,
  kind: hold.kind,
  authority: hold.authority,
  ground: hold.ground,
  scope: hold.scope,
  requestedBy: hold.requestedBy ?? null,
  requestedAt: hold.requestedAt ?? null,
  placedAt: hold.status === 'placed' ? hold.placedAt : null,
  expiresAt: hold.expiresAt ?? null,
});

export const preservedAsset = z.object({
  asset: z.string(),
  eraseAt: z.date().nullable().meta({ description: 'when it would be erased without the hold' }),
  hold: z.string(),
  kind: z.enum(HOLD_KINDS),
  authority: z.string(),
  ground: z.string(),
  case: z.string().nullable(),
  state: z.enum(['requested', 'active']),
  until: z.date().nullable().meta({ description: 'null: until it is released' }),
});
