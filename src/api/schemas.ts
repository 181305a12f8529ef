import { z } from 'zod';
import { opaqueId, outsideSubject, uuid } from '../domain/events/fields.ts';
import { LIMITS } from '../domain/limits.ts';
import { decodeCursor } from './cursor.ts';

/** Path parameters. */
export const tenantParams = z.object({ tenant: uuid });
export const assetParams = tenantParams.extend({ asset: opaqueId });
export const subjectParams = tenantParams.extend({ subject: outsideSubject });

/** An instant of a query or body, with an offset. */
export const instant = z.iso.datetime({ offset: true }).transform(text => new Date(text));

/** What a `Date` reaches, milliseconds since 1970 (ECMA-262 §21.4.1.1). */
const LAST_MS = 8_640_000_000_000_000;
/** An instant in a cursor, milliseconds since 1970. */
export const cursorInstant = z
  .int()
  .nonnegative()
  .max(LAST_MS)
  .transform(ms => new Date(ms));

export const pageQuery = z.strictObject({
  cursor: z.string().max(1_024).optional().meta({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageMaximum).default(LIMITS.pageDefault),
});
type PageQuery = z.infer<typeof pageQuery>;

const place = z.int().nonnegative();

/** The page asked for of a list in log order. Throws `cursor-invalid`. */
export const positionCursor = ({
  cursor,
  limit,
}: PageQuery): { cursor: number | undefined; limit: number } => ({
  cursor: cursor === undefined ? undefined : decodeCursor(place, cursor),
  limit,
});

/** A list's answer. `next` is absent on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });

export const position = z.int().nonnegative().meta({ description: 'log position of the write' });
