import { expect, vi } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import { query } from '../support/service-epochs.ts';
import { upload, type TestTenant } from '../support/service-tenant.ts';
import type { TestService } from '../support/service.ts';

/** Issue 5: who takes over has done so within ten seconds. */
export const HAND_OVER = { timeout: 10_000, interval: 50 };

/** The process that has a lease: its number stands in the name of the connection that holds the lock. */
export async function holderOf(nodes: readonly TestService[], lease: string): Promise<TestService> {
  const [any] = nodes;
  const rows = await query<{ pid: string }>(
    any ?? expect.fail('no nodes'),
    `select substring(application_name from '[0-9]+$') as pid from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and datname = current_database()
       and (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)`,
    [`lethe.lease.${lease}`],
  );
  const holder = nodes.find(node => String(node.pid) === rows[0]?.pid);
  return holder ?? expect.fail(`nobody here holds ${lease}: ${JSON.stringify(rows)}`);
}

/** What the service has acknowledged. */
export interface Taken {
  readonly uploaded: string[];
  readonly deleted: string[];
}

/** Uploads, each third of them deleted at once, until it is ended. */
export function startTraffic(tenant: TestTenant): { end(): Promise<Taken> } {
  const taken: Taken = { uploaded: [], deleted: [] };
  let isEnding = false;
  const run = async (): Promise<void> => {
    for (let index = 0; !isEnding; index++) {
      const asset = `traffic-${index}`;
      await tenant.report(upload(asset, { subject: 'grace', content: `content of ${asset}` }));
      taken.uploaded.push(asset);
      if (index % 3 === 0) await remove(tenant, asset, taken);
    }
  };
  const running = run();
  // Thrown again by `end`: until then nobody listens.
  running.catch(() => undefined);
  return {
    end: async () => {
      isEnding = true;
      await running;
      return taken;
    },
  };
}

/**
 * Again while the views, which know the descendants, are on their way from one process to the other. The first request
 * has hidden the asset by then: where the eraser was faster than the next one, nothing is left to delete.
 */
async function remove(tenant: TestTenant, asset: string, { deleted }: Taken): Promise<void> {
  for (let asked = 1; ; asked++) {
    const answer = await tenant.admin.delete(tenant.path(`/assets/${asset}`));
    if (answer.status < 300) break;
    const { status, code } = answer.as(problemAnswer);
    if (asked > 1 && status === 410) {
      expect(code).toBe('asset-erased');
      break;
    }
    expect({ status, code }).toEqual({ status: 503, code: 'view-behind' });
  }
  deleted.push(asset);
}

/** How often the log has an event of that type, by asset. */
async function countsOf(service: TestService, tenant: string, type: string): Promise<Map<string, number>> {
  const rows = await query<{ asset: string; count: string }>(
    service,
    `select convert_from(envelope, 'UTF8')::jsonb ->> 'asset' as asset, count(*) as count
     from log.events where tenant = $1 and type = $2 group by 1`,
    [tenant, type],
  );
  return new Map(rows.map(({ asset, count }) => [asset, Number(count)]));
}

/** What the log says last of each of the assets, and when. */
const lastOf = (service: TestService, tenant: string, assets: readonly string[]): Promise<unknown[]> =>
  query(
    service,
    `select distinct on (asset) asset, type, recorded_at
     from (select *, convert_from(envelope, 'UTF8')::jsonb ->> 'asset' as asset from log.events where tenant = $1) of_assets
     where asset = any ($2) order by asset, position desc`,
    [tenant, assets],
  );

/** Waits until the assets are erased; none of the tenant's is erased or certified twice. */
export async function expectErasedOnce(
  service: TestService,
  tenant: TestTenant,
  assets: readonly string[],
): Promise<void> {
  await vi.waitFor(async () => {
    const certified = await countsOf(service, tenant.id, 'erasure.certified');
    const open = assets.filter(asset => !certified.has(asset));
    expect(open.length === 0 ? [] : await lastOf(service, tenant.id, open)).toEqual([]);
  }, HAND_OVER);
  for (const type of ['asset.erased', 'erasure.certified']) {
    const counts = await countsOf(service, tenant.id, type);
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  }
}

/** Waits until a published checkpoint covers what the tenant's log has by now. */
export async function expectSigned(service: TestService, tenant: TestTenant): Promise<void> {
  const one = async (sql: string): Promise<number> =>
    Number((await query<{ count: string }>(service, sql, [tenant.id]))[0]?.count ?? -1);
  const events = await one('select count(*) as count from log.events where tenant = $1');
  await vi.waitFor(
    async () =>
      expect(await one('select published as count from tlog.trees where tenant = $1')).toBeGreaterThanOrEqual(
        events,
      ),
    HAND_OVER,
  );
}
