import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startHecServer, type HecServer } from '../support/hec-server.ts';
import { exportedAnswer } from '../support/service-answers.ts';
import { askFor, reportAnswer } from '../support/service-reports.ts';
import { allowBursts, listed, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { createService, type TestService } from '../support/service.ts';
import { raiseBarrier, type Stage } from './barrier.ts';
import {
  expectErasedOnce,
  expectSigned,
  HAND_OVER,
  holderOf,
  startTraffic,
  type Taken,
} from './processes.ts';
import { erase, expectBeyondBackup, expectDestroyedOnce } from './rolled.ts';

let collector: HecServer;
let api: TestService;
let workers: TestService[];
let nodes: TestService[];
let tenant: TestTenant;
let traffic: { end(): Promise<Taken> };

beforeAll(async () => {
  collector = await startHecServer();
  const env = {
    ...{ LETHE_EPOCH: 'PT4S', LETHE_KEY_CACHE: 'PT0.1S' },
    ...{ LETHE_SIEM_HEC_URL: collector.url, LETHE_SIEM_HEC_TOKEN: collector.token },
  };
  api = await createService({ database: 'shared', env, command: ['api'] });
  workers = [api.anotherNode(['worker']), api.anotherNode(['worker'])];
  nodes = [api, api.anotherNode(), ...workers];
  await Promise.all(nodes.map(node => node.start()));
  tenant = await registerTenant(api, { minRetention: 'PT0S' });
  await allowBursts(tenant);
  traffic = startTraffic(tenant);
});
afterAll(async () => {
  await Promise.all(nodes.slice(1).map(node => node.stop()));
  await api.destroy();
  await collector.close();
});

/** One work that is done by lease: where its holder is stopped, and what shows that another goes on. */
interface Work {
  readonly stage: Stage;
  /** Gives the worker something to do; answers with the name of its lease and with what has to come of it. */
  begin(): Promise<{ readonly lease: string; readonly outcome: () => Promise<void> }>;
}

let made = 0;
const uploadOne = async (): Promise<{ asset: string; position: number }> => {
  const asset = `own-${++made}`;
  const position = await tenant.report(upload(asset, { subject: 'ada', content: `content of ${asset}` }));
  return { asset, position };
};

const WORKS: Readonly<Record<string, () => Work>> = {
  eraser: () => ({
    stage: {
      ...{ name: 'a key that is erased', table: 'keys.data_keys', event: 'update' },
      when: `new.state = 'erased' and new.scope like 'asset/gone-%'`,
    },
    begin: async () => {
      const asset = `gone-${++made}`;
      await erase(tenant, asset);
      return { lease: 'worker/eraser', outcome: () => expectErasedOnce(api, tenant, [asset]) };
    },
  }),
  notary: () => ({
    stage: {
      ...{ name: 'a checkpoint', table: 'tlog.checkpoints', event: 'insert' },
      when: `new.tenant = '${tenant.id}'`,
    },
    begin: async () => {
      await uploadOne();
      const outcome = async (): Promise<void> => {
        await uploadOne();
        await expectSigned(api, tenant);
      };
      return { lease: 'notary', outcome };
    },
  }),
  projector: () => ({
    stage: {
      ...{ name: 'a row of a view', table: 'view_user_assets.assets', event: 'insert' },
      when: `new.asset like 'own-%'`,
    },
    begin: async () => {
      const { asset } = await uploadOne();
      const isListed = async (): Promise<void> =>
        expect(await listed(tenant, tenant.admin, 'ada')).toContain(asset);
      return { lease: 'worker/views', outcome: () => vi.waitFor(isListed, HAND_OVER) };
    },
  }),
  'epoch roller': () => ({
    stage: {
      ...{ name: 'an epoch is closed', table: 'keys.epochs', event: 'update' },
      when: `new.state = 'closed' and new.tenant = '${tenant.id}'`,
    },
    begin: async () => {
      const request = await erase(tenant, `gone-${++made}`);
      const outcome = async (): Promise<void> => {
        const epoch = await expectBeyondBackup(tenant, request);
        await expectDestroyedOnce(api, tenant, epoch);
      };
      return { lease: `epoch-roll/${tenant.id}`, outcome };
    },
  }),
  reports: () => ({
    stage: {
      ...{ name: 'the key of a report', table: 'keys.data_keys', event: 'insert' },
      when: `new.scope like 'report/%'`,
    },
    begin: async () => {
      const report = await askFor(tenant, tenant.auditor, { kind: 'soc2-evidence' });
      const isIssued = async (): Promise<void> => {
        const answer = await tenant.auditor.get(tenant.path(`/reports/${report}`));
        expect(answer.as(reportAnswer).state).toBe('issued');
      };
      return { lease: `report/${report}`, outcome: () => vi.waitFor(isIssued, HAND_OVER) };
    },
  }),
  SIEM: () => ({
    stage: {
      ...{ name: 'the cursor of a delivery', table: 'deliveries.cursors', event: 'insert' },
      when: `new.name = 'siem/hec'`,
    },
    begin: async () => {
      const { position } = await uploadOne();
      const hasArrived = (): void => expect(collector.sequences()).toContain(position);
      return { lease: 'siem/hec', outcome: () => vi.waitFor(hasArrived, HAND_OVER) };
    },
  }),
};

const standingStill = async (what: string): Promise<{ holder: TestService; goOn: () => Promise<void> }> => {
  const work = WORKS[what]?.() ?? expect.fail(`no such work: ${what}`);
  const { reached, release } = await raiseBarrier(api, work.stage);
  const { lease, outcome } = await work.begin();
  await reached();
  const holder = await holderOf(workers, lease);
  const goOn = async (): Promise<void> => {
    // What the holder had sent is carried out now, after its end: as late as a write can come.
    await release();
    await outcome();
  };
  return { holder, goOn };
};

describe('of two processes with workers', { timeout: 60_000 }, () => {
  it.each(Object.keys(WORKS))('one takes over within 10 s where the other is killed as %s', async what => {
    const { holder, goOn } = await standingStill(what);
    await holder.kill();
    await goOn();
    await holder.start();
  });

  it.each(['eraser', 'notary', 'projector'])(
    'one takes over within 10 s where the other is frozen as %s, and does nothing twice when it wakes',
    async what => {
      const { holder, goOn } = await standingStill(what);
      holder.freeze();
      await goOn();
      holder.thaw();
      await vi.waitFor(async () => {
        const { status } = await holder.callerWith(undefined).get('/health/ready');
        expect(status).toBe(200);
      }, HAND_OVER);
    },
  );

  it('whatever was acknowledged meanwhile is there once, erased and certified once, signed in one chain, delivered', async () => {
    const { uploaded, deleted } = await traffic.end();
    expect(deleted.length).toBeGreaterThan(10);
    await expectErasedOnce(api, tenant, deleted);
    await expectSigned(api, tenant);
    const user = await tenant.user('grace');
    const kept = uploaded.filter(asset => !deleted.includes(asset));
    const exported = (await user.get(tenant.path('/subjects/grace/export'))).lines(exportedAnswer);
    expect(exported.map(({ asset }) => asset).sort()).toEqual(kept.sort());
    const { code, output } = await api.command('verify', '--live', tenant.id);
    expect({ code, output }).toMatchObject({ code: 0 });
    const refusals = (await readdir(join(api.keystoreDir, 'checkpoints'))).filter(name =>
      name.endsWith('.refused'),
    );
    expect(refusals).toEqual([]);
    const head = Math.max(...collector.sequences());
    expect(collector.sequences().toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: head }, (_, at) => at + 1),
    );
  });
});
