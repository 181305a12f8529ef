import { rm } from 'node:fs/promises';
import { replayRules } from '../../../src/application/abuse/replay.ts';
import { adoptionsIn } from '../../../src/application/abuse/rule-sets.ts';
import { companiesOf } from '../../../src/projections/abuse-entities/queries/companies.ts';
import { caughtUp, openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { reportNetwork } from '../load/network.ts';
import { benchDirectory } from '../postgres.ts';
import { startService } from '../service.ts';
import { withLog } from '../with-log.ts';

const CONNECTIONS = 4;
/** As `lethe rules replay` reads. */
const EVENTS_AT_ONCE = 5_000;
const POLICY = { pack: 'neuralseek', maxRetention: 'P365D' };

const LIVE = { what: 'rules of abuse, behind bulk ingest by', unit: 's', target: { atMost: 2 } };
const REPLAY = {
  what: 'replay of all rules over a month',
  unit: 'events/s',
  target: { atLeast: 50_000 },
};

export const rules: Benchmark = {
  name: 'rules',
  lines: [LIVE, REPLAY],
  run: async ({ runs, bulkEvents }) => {
    const dir = await benchDirectory();
    try {
      const { behind, rate } = await liveTraffic(dir, bulkEvents);
      const { replay } = await alternate(runs, { replay: () => replayRate(dir) });
      const live = `until the rules have seen the last of ${bulkEvents} events, ingested at ${Math.round(rate)} events/s beside them`;
      return [
        { ...LIVE, measured: behind, note: live },
        { ...REPLAY, measured: replay, note: `the same, and ${bulkEvents} events of four weeks behind them` },
      ];
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 20 });
    }
  },
};

interface Live {
  /** Seconds from the last acknowledgement until the rules have seen everything. */
  readonly behind: number;
  /** Events ingested a second. */
  readonly rate: number;
}

/** A bulk load with the rules at work, and a month of users, devices and networks after it. */
async function liveTraffic(dir: string, events: number): Promise<Live> {
  const service = await startService(dir);
  try {
    const client = await openTenant(service, POLICY);
    const { url, tenant, key } = client;
    const order = { url, tenant, key, run: 'rules', from: 0, events, connections: CONNECTIONS, lazy: false };
    const { seconds, position } = await bulkLoad(order);
    const began = performance.now();
    await caughtUp(client, position);
    const behind = (performance.now() - began) / 1_000;
    await caughtUp(client, await reportNetwork(client, { from: 0, to: events, events }));
    return { behind, rate: events / seconds };
  } finally {
    await service.stop();
  }
}

/** As `lethe rules replay` does it, on the service's own log and views. */
const replayRate = (dir: string): Promise<number> =>
  withLog(dir, async ({ log, writer }) => {
    const head = await log.head();
    const started = performance.now();
    const { events } = await replayRules(
      { log, adoptions: adoptionsIn(log), neighbours: { of: companiesOf.bind(undefined, writer) } },
      { head, batchSize: EVENTS_AT_ONCE, onProgress: () => undefined },
    );
    return (events / (performance.now() - started)) * 1_000;
  });
