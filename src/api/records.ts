import type { Pool } from 'pg';
import { caughtUp } from '../application/caught-up.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { getErasure, type ErasureRow } from '../projections/erasure-ledger/queries/erasures.ts';
import {
  getRequest,
  listRequests,
  type DeletionRequestRow,
} from '../projections/erasure-ledger/queries/requests.ts';
import { versions } from '../projections/policies/queries.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import { usageByDay } from '../projections/usage/query.ts';
import type { DeletionRequestRecord, Records } from './services.ts';

interface Deps {
  readonly reader: Pool;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly clock: Clock;
}

/** What the views know, asked as one tenant's reader. */
export function createRecords(deps: Deps): Records {
  const { reader, recorder, tenants, clock } = deps;

  /** Whoever was just told the id of a request finds it: the views are waited for. */
  const settled = (): Promise<void> => caughtUp(deps);

  const deletionRequest: Records['deletionRequest'] = async (tenant, id) => {
    await tenants.get(tenant);
    await settled();
    return withTenant(reader, tenant, async db => {
      const row = await getRequest(db, tenant, id, clock.now());
      const asset = row?.asset ?? undefined;
      if (row === undefined) return undefined;
      return shown(row, asset === undefined ? undefined : await getErasure(db, tenant, asset));
    });
  };

  const deletionRequests: Records['deletionRequests'] = async (tenant, { cursor, limit, subject }) => {
    await tenants.get(tenant);
    await settled();
    const rows = await withTenant(reader, tenant, db =>
      listRequests(db, tenant, { cursor, limit: limit + 1, subject, now: clock.now() }),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      requests: page.map(row => shown(row, undefined)),
      ...(more ? { next: last.position } : {}),
    };
  };

  return {
    usage: (tenant, period) => withTenant(reader, tenant, db => usageByDay(db, tenant, period)),
    policyVersions: async tenant => {
      await tenants.get(tenant);
      await settled();
      return withTenant(reader, tenant, db => versions(db, tenant));
    },
    deletionRequest,
    deletionRequests,
    viewed: async (tenant, { actor, records }) => {
      const stamp = stampOf(await tenants.get(tenant));
      await recorder.record(stamp, [{ type: 'records.viewed', data: { records }, actor, time: clock.now() }]);
    },
  };
}

function shown(row: DeletionRequestRow, erasure: ErasureRow | undefined): DeletionRequestRecord {
  const { request, certificate, ...rest } = row;
  return {
    ...rest,
    id: request,
    asset: row.asset ?? undefined,
    receipt: { hiddenAt: row.hiddenAt, eraseBy: row.eraseAt, ground: erasure?.basis ?? null },
    certificate: certificateOf(row, certificate, erasure),
  };
}

/** The certificate names keys, method, times and log position: what a reader needs to look it up in the log. */
function certificateOf(row: DeletionRequestRow, id: string | null, erasure: ErasureRow | undefined): unknown {
  if (id === null) return null;
  if (erasure === undefined)
    return { id, method: METHOD, erasedAt: row.erasedAt, position: row.erasedPosition };
  return {
    id,
    method: erasure.method ?? METHOD,
    keys: erasure.keys,
    epoch: erasure.epoch,
    hiddenAt: erasure.hiddenAt,
    erasedAt: erasure.erasedAt,
    position: erasure.erasedPosition,
    certifiedPosition: erasure.certifiedPosition,
  };
}

const METHOD = 'cryptographic-erase';
