import { describe, expect, it } from 'vitest';
import { reapKeys } from '../../src/application/key-reaping.ts';
import { createPostgresDeliveryCursors } from '../../src/platform/postgres/delivery-cursors.ts';
import { createPostgresKeyReaping } from '../../src/platform/postgres/key-reaping.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { keysOfUnknownAssets } from '../../src/projections/user-assets/queries/unknown-keys.ts';
import { tellingAttempts } from '../support/attempts.ts';
import { withServiceLog } from '../support/service-event-log.ts';
import { startEventStore, type TestEventStore } from '../support/eventstore/server.ts';
import { contentAnswer } from '../support/service-answers.ts';
import { query } from '../support/service-epochs.ts';
import { registerTenant, upload } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { raiseBarrier } from './barrier.ts';

const APPEND = { name: 'the append', table: 'log.events', event: 'insert', when: 'true' } as const;

const END_APPEND = `select pg_terminate_backend(pid) from pg_stat_activity
  where query like '%log.append%' and pid <> pg_backend_pid()`;

interface Held {
  readonly service: TestService;
  /** Makes the next append stand still on its way; resolves when it does. */
  holdAppend(report: () => Promise<unknown>): Promise<void>;
  release(): Promise<void>;
  destroy(): Promise<void>;
}

async function inPostgres(): Promise<Held> {
  const service = await createService({ database: 'shared' });
  let release = (): Promise<void> => Promise.resolve();
  return {
    service,
    holdAppend: async report => {
      const barrier = await raiseBarrier(service, APPEND);
      // A backend outlives its client: left alone it would store the events all the same.
      release = async () => {
        await query(service, END_APPEND);
        await barrier.release();
      };
      void report().catch(() => undefined);
      await barrier.reached();
    },
    release: () => release(),
    destroy: () => service.destroy(),
  };
}

async function inEventStore(): Promise<Held> {
  const store: TestEventStore = await startEventStore({ maxAppendSize: 16_000_000 });
  const service = await createService({
    database: 'shared',
    env: { EVENTSTORE_URL: store.url, EVENTSTORE_STREAM: 'cell' },
  });
  return {
    service,
    holdAppend: async report => {
      const held = store.faults.hold();
      void report().catch(() => undefined);
      await held;
    },
    release: () => {
      store.faults.drop();
      return Promise.resolve();
    },
    destroy: async () => {
      await service.destroy();
      await store.close();
    },
  };
}

/** As the worker does it, without its hour of grace; twice, since what is condemned once is removed the next time. */
async function reap(service: TestService): Promise<number> {
  const writer = createPool({
    connectionString: await service.databaseUrl(),
    ...{ role: 'lethe_writer', max: 2, applicationName: 'lethe-test', onError: () => undefined },
  });
  try {
    return await withServiceLog(service, async log => {
      const deps = {
        ...{ log, graceMs: 0, views: { reached: () => Promise.resolve() } },
        keys: createPostgresKeyReaping({ writer }),
        cursors: createPostgresDeliveryCursors({ writer }),
        attempts: tellingAttempts().attempts,
        suspects: (after: Date, until: Date) => keysOfUnknownAssets(writer, after, until),
      };
      return (await reapKeys(deps)) + (await reapKeys(deps));
    });
  } finally {
    await writer.end();
  }
}

describe.each([
  ['PostgreSQL', inPostgres],
  ['EventStoreDB', inEventStore],
])('a service killed after it has made a key and before its event is in the log, in %s', (_, start) => {
  it('leaves a key that is removed, and the asset is then taken as if it had never been reported', async () => {
    const held = await start();
    const { service } = held;
    try {
      await service.start();
      const tenant = await registerTenant(service);
      await tenant.report(upload('before', { subject: 'ada', content: 'of before' }));
      await held.holdAppend(() => tenant.report(upload('lost', { subject: 'ada', content: 'of ada' })));
      await service.kill();
      await held.release();
      const scopes = `select scope from keys.data_keys where tenant = $1 and scope like 'asset/%' order by scope`;
      expect(await query(service, scopes, [tenant.id])).toHaveLength(2);

      await service.start();
      expect(await reap(service)).toBe(1);
      expect(await query(service, scopes, [tenant.id])).toEqual([{ scope: 'asset/before' }]);

      // Another user's now: the key that is gone has lent neither its owner nor its time.
      await tenant.report(upload('lost', { subject: 'bob', content: 'of bob' }));
      const content = await tenant.admin.get(tenant.path('/assets/lost/content'));
      expect(content.as(contentAnswer).contents).toMatchObject([{ content: { content: 'of bob' } }]);
      expect(await reap(service)).toBe(0);
    } finally {
      await held.destroy();
    }
  }, 60_000);
});
