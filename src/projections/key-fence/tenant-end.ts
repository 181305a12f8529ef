import type { Db, RecordedEvent } from '../runner/view.ts';

/** Finds nothing to do where the command already did it; locks in the order that the commands take. */
const END = `
  with locked as (
    select tenant, scope from keys.data_keys where tenant = $1 and state <> 'erased' order by scope for update
  ), erased as (
    update keys.data_keys k set state = 'erased', safety = null, serving = null, erased_at = $2
    from locked where k.tenant = locked.tenant and k.scope = locked.scope
  ), forgotten as (
    delete from keys.subjects where tenant = $1
  ), rootless as (
    delete from keys.roots where tenant = $1
  )
  update keys.epochs set state = 'destroyed', destroyed_at = $2 where tenant = $1 and state <> 'destroyed'`;

/** What a restored key store has forgotten of a tenant's end holds all the same: every key of it is a tombstone. */
export async function fenceEndedTenants(events: readonly RecordedEvent[], db: Db): Promise<void> {
  for (const event of events) {
    if (event.type === 'tenant.erased') await db.query(END, [event.tenant, event.data.erasedAt]);
  }
}
