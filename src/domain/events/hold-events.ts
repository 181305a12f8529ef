import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { field, label, opaqueId, shortText, utcInstant, uuid } from './fields.ts';

/** `case`: the assets are those that the case linked when the hold was asked for. */
export const holdScope = z.union([
  z.strictObject({ assets: z.array(opaqueId).min(1).max(1_000), case: uuid.optional() }),
  z.strictObject({ subject: uuid }),
]);
export type HoldScope = z.infer<typeof holdScope>;

export const HOLD_KINDS = ['litigation', 'law-enforcement', 'regulator', 'internal-investigation'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

const hold = field(uuid, 'identifier');
const terms = {
  kind: field(z.enum(HOLD_KINDS), 'legal'),
  authority: field(label, 'legal', 'who ordered it, by reference: court and docket, agency and file number'),
  ground: field(shortText.min(1), 'legal', 'legal ground'),
  scope: field(holdScope, 'legal', 'what it preserves'),
  expiresAt: field(utcInstant, 'legal').optional(),
};

/** Asked for by one person; it preserves from here on, so that no erasure overtakes the second. */
export const holdRequested = defineEvent({
  type: 'hold.requested',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    hold,
    ...terms,
    requestedBy: field(opaqueId, 'identifier', 'credential or worker that asks'),
    preservesUntil: field(utcInstant, 'legal', 'when the request lapses unless somebody else approves it'),
  },
});

/** Approved by somebody else than who asked for it: the envelope's actor. */
export const holdPlaced = defineEvent({
  type: 'hold.placed',
  about: 'tenant',
  origin: 'lethe',
  clear: { hold, ...terms, requestedBy: field(opaqueId, 'identifier').optional() },
});

export const HOLD_ENDS = ['released', 'expired', 'withdrawn', 'lapsed'] as const;

/** withdrawn, lapsed: it was asked for and never approved. */
export const holdReleased = defineEvent({
  type: 'hold.released',
  about: 'tenant',
  origin: 'lethe',
  clear: { hold, cause: field(z.enum(HOLD_ENDS), 'legal') },
});
