import { z } from 'zod';
import type { DsrOrder, ShownDsr } from '../../application/dsr/data-requests.ts';
import type { KnownDsr } from '../../application/dsr/requests-log.ts';
import { profile } from '../../domain/events/account-events.ts';
import { DSR_KINDS, DSR_ROUTES, OBJECTION_PURPOSES } from '../../domain/events/dsr-events.ts';
import { opaqueId, outsideSubject, uuid } from '../../domain/events/fields.ts';
import { instant, position } from '../schemas.ts';

const asked = {
  subject: outsideSubject,
  receivedAt: instant
    .optional()
    .meta({ description: 'when the person asked, where that was earlier than now' }),
};
const correction = z
  .strictObject(profile)
  .refine(given => Object.keys(given).length > 0, 'at least one field to correct');

/** What the body of a request needs depends on its kind. */
export const dataRequestOrder = z.discriminatedUnion('kind', [
  z.strictObject({
    ...asked,
    kind: z.enum(['access', 'portability', 'training-opt-out', 'account-deletion']),
  }),
  z.strictObject({ ...asked, kind: z.literal('training-opt-in'), consent: opaqueId.optional() }),
  z.strictObject({ ...asked, kind: z.literal('correction'), profile: correction }),
  z.strictObject({ ...asked, kind: z.literal('objection'), purpose: z.enum(OBJECTION_PURPOSES) }),
  z.strictObject({ ...asked, kind: z.literal('deletion'), asset: opaqueId }),
]);

/** The user's own id at the tenant gives way to the inside reference. */
export const orderOf = (body: z.infer<typeof dataRequestOrder>, subject: string): DsrOrder => ({
  ...body,
  subject,
});

export const dataRequestStates = z.enum(['with-organisation', 'with-platform', 'answering', 'answered']);
const outcome = {
  outcome: z.enum(['fulfilled', 'refused']).nullable(),
  ground: z.string().nullable().meta({ description: 'of a refusal' }),
  report: z.string().nullable().meta({ description: 'report that answers it' }),
  sha256: z.string().nullable().meta({ description: 'of the report’s bundle, hex' }),
  deletion: z.string().nullable().meta({ description: 'deletion request that it led to' }),
};

const shownDataRequest = z.object({
  id: uuid,
  kind: z.enum(DSR_KINDS),
  state: dataRequestStates.meta({ description: 'whose turn it is, or what has become of it' }),
  receivedAt: z.date(),
  dueBy: z.date().meta({ description: 'GDPR Art. 12(3): a month, and what it was extended by' }),
  extendedMonths: z.int(),
  answeredAt: z.date().nullable(),
  ...outcome,
});

export const listedDataRequest = shownDataRequest.extend({
  subject: z.string().nullable().meta({ description: 'inside reference' }),
  routedTo: z.enum(DSR_ROUTES).meta({ description: 'who was asked first (promise 21)' }),
  handedOverAt: z.date().nullable(),
  overdue: z.boolean(),
  position: z.int(),
});

export const dataRequestAnswer = shownDataRequest.extend({ position });

export const answerOf = ({ state, position: at }: ShownDsr): z.infer<typeof dataRequestAnswer> => ({
  ...shownOf(state),
  position: at,
});

function shownOf(state: KnownDsr): z.infer<typeof shownDataRequest> {
  const { dsr, kind, status, receivedAt, dueBy, extended } = state;
  const facts = { id: dsr, kind, state: status, receivedAt, dueBy, extendedMonths: extended };
  const open = { answeredAt: null, outcome: null, ground: null, report: null, sha256: null, deletion: null };
  if (state.status === 'answering') return { ...facts, ...open, report: state.report };
  if (state.status !== 'answered') return { ...facts, ...open };
  const { outcome, ground = null, report = null, sha256 = null, request = null } = state.answer;
  return { ...facts, answeredAt: state.answeredAt, outcome, ground, report, sha256, deletion: request };
}
