import type { Pool } from 'pg';
import type { CaseEntries } from '../application/cases/entries.ts';
import type { Cases } from '../application/cases/cases.ts';
import { caughtUp } from '../application/caught-up.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Tenants } from '../application/tenants.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import {
  accessRequests,
  linkedAssets,
  linkedSubjects,
  type AccessRow,
  type LinkedAsset,
} from '../projections/cases/queries/file.ts';
import { getCase, listCases, type CaseRow, type QueuePage } from '../projections/cases/queries/queue.ts';
import { withTenant } from '../projections/runner/tenant.ts';

/** `age`: seconds since it was opened. */
export type QueuedCase = CaseRow & { readonly age: number };

/** One case with all that it points at and what was asked to be seen. */
export interface CaseFile {
  readonly row: QueuedCase;
  readonly assets: readonly LinkedAsset[];
  readonly subjects: readonly string[];
  readonly access: readonly AccessRow[];
  /** What investigators wrote; undefined for a reader who may not see it. */
  readonly entries: CaseEntries | undefined;
}

/** Cases as the views have them up to the head of the log: whoever was just told the id of one finds it. */
export interface CaseFiles {
  queue(tenant: string, page: QueuePage): Promise<QueuedCase[]>;
  /** Throws `case-not-found`. */
  file(tenant: string, id: string, reads: { readonly entries: boolean }): Promise<CaseFile>;
}

interface Deps {
  readonly reader: Pool;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
  readonly cases: Pick<Cases, 'entries'>;
}

export function createCaseFiles({ reader, log, views, tenants, clock, cases }: Deps): CaseFiles {
  const settled = async (tenant: string): Promise<void> => {
    await tenants.get(tenant);
    await caughtUp({ views, log });
  };
  const aged = (row: CaseRow): QueuedCase => {
    const age = Math.floor((clock.now().getTime() - row.openedAt.getTime()) / 1_000);
    return { ...row, age: Math.max(0, age) };
  };
  return {
    queue: async (tenant, page) => {
      await settled(tenant);
      return (await withTenant(reader, tenant, db => listCases(db, tenant, page))).map(aged);
    },
    file: async (tenant, id, reads) => {
      await settled(tenant);
      const file = await withTenant(reader, tenant, async db => ({
        row: await getCase(db, tenant, id),
        assets: await linkedAssets(db, tenant, id),
        subjects: await linkedSubjects(db, tenant, id),
        access: await accessRequests(db, tenant, id, clock.now()),
      }));
      const { row } = file;
      if (row === undefined) throw new LetheError('case-not-found', 'there is no such case');
      return {
        ...file,
        row: aged(row),
        entries: reads.entries ? await cases.entries(tenant, id) : undefined,
      };
    },
  };
}
