import type { Pool } from 'pg';
import type { Directory } from '../application/directory.ts';
import type { Freshness } from '../application/freshness.ts';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { Actor } from '../domain/events/envelope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { listSignals, type SignalQuery, type SignalRow } from '../projections/abuse-signals/queries.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import { subjectReference } from './subject-reference.ts';

/** What the rules have signalled, for investigators: every read is on record before it is answered (promises 18, 25). */
export interface SignalSight {
  /** The time that countdowns are reckoned from. */
  now(): Date;
  /** Newest first. `subject` is the tenant's own id of a user or the inside reference. Throws `subject-not-found`. */
  list(tenant: string, query: SignalQuery, reader: Actor): Promise<SignalRow[]>;
}

interface Deps {
  /** Sees one tenant at a time. */
  readonly reader: Pool;
  readonly directory: Pick<Directory, 'find'>;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly freshness: Pick<Freshness, 'settled'>;
  readonly clock: Clock;
}

export function createSignalSight(deps: Deps): SignalSight {
  const { reader, directory, recorder, tenants, freshness, clock } = deps;

  return {
    now: () => clock.now(),
    list: async (tenant, query, actor) => {
      const stamp = stampOf(await tenants.get(tenant));
      const { subject: name } = query;
      const subject = name === undefined ? undefined : await subjectReference(directory, tenant, name);
      const data = { records: 'abuse-signals' } as const;
      await recorder.record(stamp, [{ type: 'records.viewed', data, actor, time: clock.now(), subject }]);
      await freshness.settled(tenant);
      return withTenant(reader, tenant, db => listSignals(db, tenant, { ...query, subject }));
    },
  };
}
