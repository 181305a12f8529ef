import { assetScope, caseEntryScope, subjectScope } from '../../domain/ports/key-store.ts';
import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { fenceEndedTenants } from './tenant-end.ts';

interface Fenced {
  readonly tenant: string;
  readonly scope: string;
  readonly at: string;
}

/**
 * Repeats on the key store what the log says of it: a hide or an erasure whose process died between the append and the
 * key, or that a restored key store has forgotten, holds all the same. It has no tables of its own, and every statement
 * finds nothing to do where the command already did it.
 */
export const keyFence: View = {
  name: 'key-fence',
  version: 1,
  tables: () => '',
  apply: async (events, db) => {
    await fence(db, HIDE, events.flatMap(hidden));
    await fence(db, ERASE, events.flatMap(erased));
    await fence(db, FORGET, events.flatMap(forgotten));
    // Lies with the key rows: restored from a backup, they say themselves from where on the log has to be repeated.
    const [{ position } = { position: 0 }] = events.slice(-1);
    await db.query('update keys.fence set position = $1 where position < $1', [position]);
    await fenceEndedTenants(events, db);
  },
};

// Rows are locked in the order that the commands take, so that the two can't wait for each other.
const locked = (state: string): string => `
  with fenced as (
    select tenant, scope, min(at) as at
    from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as f (tenant, scope, at)
    group by tenant, scope
  ), locked as (
    select k.tenant, k.scope, f.at from keys.data_keys k join fenced f using (tenant, scope)
    where ${state} order by k.tenant, k.scope for update of k
  )`;

const HIDE = `${locked(`k.state = 'live'`)}
  update keys.data_keys k set state = 'hidden', serving = null, hidden_at = f.at
  from locked f where k.tenant = f.tenant and k.scope = f.scope and k.state = 'live'`;

const ERASE = `${locked(`k.state <> 'erased'`)}
  update keys.data_keys k set state = 'erased', serving = null, safety = null, erased_at = f.at
  from locked f where k.tenant = f.tenant and k.scope = f.scope and k.state <> 'erased'`;

const FORGET = `
  delete from keys.subjects s
  using unnest($1::uuid[], $2::text[], $3::timestamptz[]) as f (tenant, subject, at)
  where s.tenant = f.tenant and s.subject = f.subject::uuid`;

function hidden(event: RecordedEvent): Fenced[] {
  const { tenant, time: at } = event;
  if (event.type === 'asset.hidden' && event.asset !== undefined)
    return [{ tenant, scope: assetScope(event.asset), at }];
  if (event.type === 'account.deletion-requested' && event.subject !== undefined) {
    return [{ tenant, scope: subjectScope(event.subject), at }];
  }
  return [];
}

function erased(event: RecordedEvent): Fenced[] {
  const { tenant } = event;
  if (event.type === 'asset.erased' && event.asset !== undefined) {
    return [{ tenant, scope: assetScope(event.asset), at: event.data.erasedAt }];
  }
  if (event.type === 'account.erased' && event.subject !== undefined) {
    return [{ tenant, scope: subjectScope(event.subject), at: event.data.erasedAt }];
  }
  if (event.type === 'case.entries-expired') {
    const { case: id, entries, erasedAt: at } = event.data;
    return entries.map(entry => ({ tenant, scope: caseEntryScope(id, entry), at }));
  }
  return [];
}

const forgotten = (event: RecordedEvent): Fenced[] =>
  event.type === 'account.erased' && event.subject !== undefined
    ? [{ tenant: event.tenant, scope: event.subject, at: event.data.erasedAt }]
    : [];

async function fence(db: Db, statement: string, fenced: readonly Fenced[]): Promise<void> {
  if (fenced.length === 0) return;
  await db.query(statement, [
    fenced.map(({ tenant }) => tenant),
    fenced.map(({ scope }) => scope),
    fenced.map(({ at }) => at),
  ]);
}
