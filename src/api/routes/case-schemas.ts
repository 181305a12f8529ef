import { z } from 'zod';
import type { Verdict } from '../../application/cases/cases.ts';
import { ACCESS_PARTS, ACCESS_REASONS } from '../../domain/events/access-events.ts';
import { ACCOUNT_GROUNDS } from '../../domain/events/account-events.ts';
import {
  CASE_DECISIONS,
  CASE_ORIGINS,
  CASE_PRIORITIES,
  entityReference,
  REDRESS,
} from '../../domain/events/case-events.ts';
import { label, opaqueId, sealedText, uuid } from '../../domain/events/fields.ts';
import { LIMITS } from '../../domain/limits.ts';
import { compareDurations, duration } from '../../domain/time/duration.ts';
import type { CaseFile, QueuedCase } from '../case-files.ts';
import { pageQuery, position, tenantParams } from '../schemas.ts';

export const caseParams = tenantParams.extend({ case: uuid });
export const accessParams = caseParams.extend({ request: uuid });

const LONGEST_ACCESS = 'PT8H';

export const newCase = z.strictObject({ priority: z.enum(CASE_PRIORITIES).default('normal') });
export const assignment = z.strictObject({
  assignee: opaqueId.optional().meta({ description: 'id of an API key; yourself by default' }),
});
export const newLinks = z
  .strictObject({
    subjects: z.array(uuid).max(LIMITS.caseSubjects).optional().meta({ description: 'inside references' }),
    assets: z.array(opaqueId).max(LIMITS.caseAssets).optional(),
    entities: z.array(entityReference).max(LIMITS.caseEntities).optional(),
  })
  .refine(
    links => Object.values(links).some(ids => ids !== undefined && ids.length > 0),
    'something to link',
  );
export const newNote = z.strictObject({
  text: sealedText.min(1).meta({ description: 'sealed; it ends with the first that the case links now' }),
});
export const verdict = z.strictObject({
  decision: z.enum(CASE_DECISIONS),
  ground: z.enum(ACCOUNT_GROUNDS).optional().meta({ description: 'of everything but no-action' }),
  rule: label.optional().meta({ description: 'rule or term that was broken' }),
  redress: z
    .array(z.enum(REDRESS))
    .min(1)
    .max(REDRESS.length)
    .default([...REDRESS])
    .meta({ description: 'ways to contest it (DSA Art. 17(3)(f))' }),
});
export const accessOrder = z.strictObject({
  asset: opaqueId.meta({ description: 'one asset that the case links' }),
  reason: z.enum(ACCESS_REASONS),
  parts: z
    .array(z.enum(ACCESS_PARTS))
    .min(1)
    .max(ACCESS_PARTS.length)
    .default(['content'])
    .meta({ description: 'network: addresses, devices, payment fingerprints' }),
  duration: duration
    .refine(
      text => compareDurations(text, 'PT0S') > 0 && compareDurations(text, LONGEST_ACCESS) <= 0,
      'at most 8 hours, and not none',
    )
    .meta({ description: 'how long it is needed, from the approval on: PT30M' }),
});

export const queueQuery = pageQuery.extend({
  status: z.enum(['open', 'decided']).default('open'),
  priority: z.enum(CASE_PRIORITIES).optional(),
  assignee: opaqueId.optional(),
});

const seconds = z.int().nonnegative();
export const listedCase = z.object({
  case: z.string(),
  status: z.enum(['open', 'decided']),
  priority: z.enum(CASE_PRIORITIES),
  origin: z.enum(CASE_ORIGINS),
  signals: z.array(z.string()),
  assignee: z.string().nullable(),
  openedAt: z.date(),
  age: seconds.meta({ description: 'seconds since it was opened' }),
  assets: z.int().meta({ description: 'linked and not erased' }),
  subjects: z.int(),
  nextErasure: z.date().nullable().meta({ description: 'when the first of its assets is erased' }),
  decidedAt: z.date().nullable(),
  decision: z.enum(CASE_DECISIONS).nullable(),
  ground: z.string().nullable(),
  rule: z.string().nullable(),
  redress: z.array(z.string()).nullable(),
  position: z.int(),
});

const access = z.object({
  request: z.string(),
  asset: z.string().nullable(),
  parts: z.array(z.string()),
  reason: z.string(),
  duration: z.string(),
  state: z.enum(['requested', 'approved', 'expired', 'closed']),
  requestedBy: z.string(),
  requestedAt: z.date(),
  approver: z.string().nullable(),
  expiresAt: z.date().nullable(),
  reveals: z.int(),
  revealedAt: z.date().nullable(),
});

export const caseFile = listedCase.extend({
  links: z.object({
    assets: z.array(z.object({ asset: z.string(), status: z.string(), eraseAt: z.date().nullable() })),
    subjects: z.array(z.string()),
    entities: z.array(z.string()).optional().meta({ description: 'for investigators' }),
  }),
  notes: z
    .array(z.object({ note: z.string(), by: z.string(), at: z.date(), text: z.string() }))
    .optional()
    .meta({ description: 'for investigators' }),
  accessRequests: z.array(access),
});

export const listedOf = (row: QueuedCase): z.infer<typeof listedCase> => listedCase.parse(row);

export const fileOf = ({
  row,
  assets,
  subjects,
  access: requests,
  entries,
}: CaseFile): z.infer<typeof caseFile> => ({
  ...listedOf(row),
  links: {
    assets: assets.map(asset => ({ ...asset })),
    subjects: [...subjects],
    ...(entries !== undefined && { entities: [...entries.entities] }),
  },
  ...(entries !== undefined && { notes: entries.notes.map(note => ({ ...note })) }),
  accessRequests: requests.map(request => ({ ...request, parts: [...request.parts] })),
});

const fields = z.record(z.string(), z.unknown());
export const revealedAsset = z.object({
  asset: z.string(),
  events: z.array(
    z.object({
      event: z.string(),
      type: z.string(),
      time: z.string(),
      content: fields.optional(),
      network: fields.optional(),
    }),
  ),
  expiresAt: z.date(),
  position,
});

/** A verdict as the use case takes it: what is not given is absent. */
export const verdictOf = ({ ground, rule, ...rest }: z.infer<typeof verdict>): Verdict => ({
  ...rest,
  ...(ground === undefined ? {} : { ground }),
  ...(rule === undefined ? {} : { rule }),
});

export const receipt = z.object({ case: z.string(), position });
