import { z } from 'zod';
import { uuid } from '../domain/events/fields.ts';
import { LIMITS } from '../domain/limits.ts';
import type { AuditFilter } from '../projections/audit-trail/filter.ts';
import type { AuditCursor, AuditEntry, AuditPage } from '../projections/audit-trail/query.ts';
import { decodeCursor } from './cursor.ts';
import { cursorInstant, instant, pageQuery } from './schemas.ts';

const text = z.string().min(1).max(LIMITS.identifierLength);

/** What narrows the trail; everything given has to match. */
export const auditFilter = z.strictObject({
  actor: text.optional().meta({ description: 'an API key, a subject reference, a worker' }),
  role: text.optional(),
  action: text
    .regex(/^[a-z.-]+\*?$/, 'an event type, or its beginning and *')
    .optional()
    .meta({ description: 'an event type, or `asset.*` for all that begin so' }),
  target: text.optional().meta({ description: 'an asset, a subject reference, a key, a hold, a report' }),
  outcome: z.enum(['ok', 'denied']).optional(),
  case: uuid.optional(),
  policy: z.coerce.number().int().positive().optional().meta({ description: 'policy version' }),
});

export const auditQuery = z.strictObject({
  ...auditFilter.shape,
  ...pageQuery.shape,
  from: instant.optional(),
  to: instant.optional().meta({ description: 'exclusive' }),
  order: z.enum(['newest-first', 'oldest-first']).optional(),
});

export const auditEntry = z.object({
  position: z.int(),
  time: z.date(),
  action: z.string(),
  actorKind: z.string(),
  actor: z.string(),
  role: z.string().nullable(),
  target: z.string().nullable(),
  outcome: z.enum(['ok', 'denied']),
  purpose: z.string().nullable(),
  policy: z.int(),
  case: z.string().nullable(),
});

/** The filter in a query that also says which page. */
export const filterOf = (query: z.infer<typeof auditQuery>): AuditFilter => ({
  ...{ actor: query.actor, role: query.role, action: query.action, target: query.target },
  ...{ outcome: query.outcome, case: query.case, policy: query.policy, from: query.from, to: query.to },
});

/** Time, position, and the position that the list is pinned to. */
const place = z.tuple([cursorInstant, z.int().nonnegative(), z.int().nonnegative()]);

/** Where a list goes on behind an entry. */
export const placeOf = ({ time, position }: AuditEntry, asOf: number): z.input<typeof place> => [
  time.getTime(),
  position,
  asOf,
];

/** The page asked for. Throws `cursor-invalid`. */
export function auditPage({ cursor, limit, order }: z.infer<typeof auditQuery>): AuditPage {
  const behind: AuditCursor | undefined = cursor === undefined ? undefined : cursorFrom(cursor);
  return { cursor: behind, limit, ...(order === undefined ? {} : { order }) };
}

function cursorFrom(text: string): AuditCursor {
  const [time, position, asOf] = decodeCursor(place, text);
  return { time, position, asOf };
}
