import type { Db, EventNamed } from '../runner/view.ts';

/**
 * What its user still saw goes with the tenant's keys. What was hidden has an erasure of its own on the way, which the
 * eraser completes and certifies.
 */
export async function writeEnded(
  events: readonly EventNamed<'tenant.erased'>[],
  db: Db,
  schema: string,
): Promise<void> {
  for (const { tenant, data } of events) {
    await db.query(
      `update ${schema}.assets set status = 'erased', erased_at = $2, certificate = $3
       where tenant = $1 and status = 'visible'`,
      [tenant, data.erasedAt, data.certificate],
    );
  }
}
