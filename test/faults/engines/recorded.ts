import { expect, vi } from 'vitest';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import type { StoredEvent } from '../../../src/domain/ports/event-log.ts';
import { ingestAnswer } from '../../support/service-answers.ts';
import { callerWith } from '../../support/service-http.ts';
import { storedEvents } from '../../support/service-event-log.ts';
import { needlesOf, searchEverywhere, searchFiles } from '../../support/service-search.ts';
import { registerTenant, upload, type TestTenant } from '../../support/service-tenant.ts';
import { polling, startReader, subscribing, type Reader } from '../readers.ts';
import { check } from '../history/check.ts';
import { isKind, type Anomaly, type Fact, type Operation } from '../history/operations.ts';
import { recordRead, startLoad, type Load, type Node } from '../history/recorder.ts';
import type { Cluster } from './cluster.ts';

const PHRASE = 'a heron that only the tide has counted';
const CLIENTS = 4;
const ENOUGH = 10;
/** All is served again within this, from the moment on when what had failed is there again. */
export const RECOVERS_WITHIN_S = 30;
const PATIENCE = { timeout: RECOVERS_WITHIN_S * 1_000, interval: 50 };

/** Everything that was done to a cluster and seen of it, over all its faults. */
export interface Recorded {
  readonly operations: readonly Operation[];
  /** Runs faults under load; answers with how long it took, in milliseconds, until all was served again after them. */
  under(faults: (untilRefused: () => Promise<void>) => Promise<void>): Promise<number>;
  /** Waits until what was deleted is erased, reads everything once more, and holds it all to the log. */
  anomalies(): Promise<Anomaly[]>;
  /** Where something of what was reported lies in clear. */
  findings(): Promise<string[]>;
}

/** Its readers follow the log from now on to the end of the test. */
export async function recordOn(cluster: Cluster, seed: string): Promise<Recorded> {
  const [first] = cluster.apis;
  const service = first ?? expect.fail('no API');
  const tenant = await registerTenant(service, { minRetention: 'PT2S' });
  const nodes = await nodesOf(cluster, tenant);
  const operations: Operation[] = [];
  const random = createRandom(seed, 'load');
  const refusals = { count: 0 };
  const shared = { tenant, nodes, random, clients: CLIENTS, phrase: PHRASE, operations, refusals };
  const followers: Reader[] = [];
  let [loads, swept] = [0, 0];
  const readEverywhere = async (asset: string): Promise<void> => {
    const answered = await Promise.all(nodes.map(node => recordRead(shared, 'the last', node, asset)));
    expect(answered).not.toContain(false);
  };

  const under: Recorded['under'] = async faults => {
    const load = startLoad({ ...shared, name: `load-${++loads}` });
    try {
      await goesOn(load, operations);
      followers.push(...[polling, subscribing].map(follow => startReader(service, follow)));
      const before = refusals.count;
      const untilRefused = (): Promise<void> =>
        vi.waitFor(() => expect(refusals.count).toBeGreaterThan(before + CLIENTS), PATIENCE);
      await Promise.race([faults(untilRefused), load.failed]);
      const from = performance.now();
      await everythingServes(tenant, nodes, operations);
      const recoveredMs = performance.now() - from;
      await goesOn(load, operations);
      await load.stop();
      return recoveredMs;
    } finally {
      // Where it was stopped there is nothing left to abandon; where something failed, answers may never come.
      load.abandon();
    }
  };

  return {
    operations,
    under,
    anomalies: async () => {
      const log = await vi.waitFor(async () => {
        const facts = (await storedEvents(service)).map(factOf);
        expect(unerased(operations, facts)).toEqual([]);
        return facts;
      }, PATIENCE);
      const head = log.at(-1)?.position ?? 0;
      const readers = followers.splice(0);
      await Promise.all(readers.map(reader => reader.finishAt(head)));
      const appends = operations.filter(isKind('append'));
      // Earlier ones were read after their own load, and nothing has been done to them since.
      for (const { asset } of appends.slice(swept)) await readEverywhere(asset);
      swept = appends.length;
      const seen = readers.map(reader => reader.seen.slice(0, head).map(factOf));
      return check({ operations, log, followers: seen });
    },
    findings: async () => {
      const needles = needlesOf(PHRASE);
      const finds = [
        ...(await searchEverywhere(service, needles)),
        ...(await searchFiles(cluster.postgres.dir, needles)),
      ];
      return finds.map(({ place, needle }) => `${place}: ${needle}`);
    },
  };
}

async function nodesOf({ fronts }: Cluster, tenant: TestTenant): Promise<Node[]> {
  const [ingest, admin] = await Promise.all([tenant.key('ingest'), tenant.key('tenant-admin')]);
  return fronts.map(({ port }) => {
    const at = (key: string) => callerWith(() => `http://127.0.0.1:${port}`, key);
    return { ingest: at(ingest), admin: at(admin) };
  });
}

/** Resolves when so many more operations have been recorded. */
function goesOn(load: Load, operations: readonly Operation[]): Promise<void> {
  const enough = operations.length + ENOUGH;
  const more = vi.waitFor(() => expect(operations.length).toBeGreaterThanOrEqual(enough), PATIENCE);
  return Promise.race([more.then(() => undefined), load.failed]);
}

let probes = 0;

/** Each API process takes an event, and shows it once the views, which are another's work, have come to it. */
async function everythingServes(
  tenant: TestTenant,
  nodes: readonly Node[],
  operations: Operation[],
): Promise<void> {
  for (const { ingest, admin } of nodes) {
    const asset = `probe-${++probes}`;
    const [subject, content] = ['probe', `${PHRASE} ${asset}`];
    const event = upload(asset, { subject, content }, { id: asset });
    const begun = performance.now();
    const position = await vi.waitFor(async () => {
      const answer = await ingest.post(tenant.path('/events'), [event]);
      expect(answer.status).toBe(200);
      return answer.as(ingestAnswer).position;
    }, PATIENCE);
    const span = { client: 'probe', begun, ended: performance.now() };
    operations.push({ kind: 'append', ...span, id: asset, asset, subject, content, position });
    await vi.waitFor(async () => {
      const headers = { 'lethe-min-position': String(position) };
      expect((await admin.get(tenant.path(`/assets/${asset}`), headers)).status).toBe(200);
    }, PATIENCE);
  }
}

function factOf({ position, type, sourceId, envelope, recordedAt }: StoredEvent): Fact {
  const { asset } = JSON.parse(envelope.toString('utf8')) as { readonly asset?: string };
  return { position, type, id: sourceId, asset, at: recordedAt.getTime() };
}

/** The deletions that have no certificate yet. */
function unerased(operations: readonly Operation[], log: readonly Fact[]): string[] {
  const certified = new Set(log.filter(({ type }) => type === 'erasure.certified').map(({ asset }) => asset));
  return operations
    .filter(isKind('deletion'))
    .map(({ asset }) => asset)
    .filter(asset => !certified.has(asset));
}
