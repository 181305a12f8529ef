import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedAnswer, pageAnswer, problemAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import { cloudEvent, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService, type TestService } from '../support/service.ts';

/** A process that only answers; views and erasures are the other's work. */
const service = useService({ database: 'shared', command: ['api'] });
let another: TestService | undefined;

beforeAll(async () => {
  another = service().anotherNode(['start']);
  await another.start();
});
afterAll(async () => another?.stop());

const ASSETS = 240;
const DELETERS = 12;
const READERS_EACH = 2;

interface Scene {
  readonly tenant: TestTenant;
  /** The same user, at each node. */
  readonly nodes: readonly Caller[];
}

async function setScene(names: readonly string[]): Promise<Scene> {
  const tenant = await registerTenant(service(), { lineage: 'keep' });
  const position = await tenant.report(
    ...names.map(name => upload(name, { subject: 'ada', content: `note ${name}` })),
  );
  const key = await tenant.key('subject', { subject: 'ada' });
  const nodes = [service(), another ?? expect.fail('no other node')].map(node => node.callerWith(key));
  for (const node of nodes) {
    const page = await node.get(tenant.path('/subjects/ada/assets'), { 'lethe-min-position': `${position}` });
    expect(page.as(pageAnswer).items).toHaveLength(50);
  }
  return { tenant, nodes };
}

type Read = (scene: Scene, user: Caller, asset: string) => Promise<string[]>;

/** The assets that each way of reading shows. */
const READS: Readonly<Record<string, Read>> = {
  list: ({ tenant }, user) => pages(user, tenant.path('/subjects/ada/assets?limit=100')),
  search: ({ tenant }, user) => pages(user, tenant.path('/subjects/ada/assets?limit=100&q=note')),
  export: async ({ tenant }, user) => {
    const answer = await user.get(tenant.path('/subjects/ada/export'));
    expect(answer.status, answer.text).toBe(200);
    return answer.lines(exportedAnswer).map(({ asset }) => asset);
  },
  content: async ({ tenant }, user, asset) => {
    const answers = await Promise.all([
      user.get(tenant.path(`/assets/${asset}/content`)),
      user.get(tenant.path(`/assets/${asset}`)),
    ]);
    for (const { status, text } of answers) if (status !== 200 && status !== 410) expect.fail(text);
    return answers.some(({ status }) => status === 200) ? [asset] : [];
  },
};

async function pages(user: Caller, path: string): Promise<string[]> {
  const all: string[] = [];
  for (let cursor = ''; ;) {
    const { items, next } = (await user.get(`${path}${cursor}`)).as(pageAnswer);
    all.push(...items.map(({ asset }) => asset));
    if (next === undefined) return all;
    cursor = `&cursor=${next}`;
  }
}

const DOORS: readonly ((tenant: TestTenant, asset: string) => Promise<unknown>)[] = [
  (tenant, asset) => tenant.admin.delete(tenant.path(`/assets/${asset}`)),
  (tenant, asset) => tenant.dpo.post(tenant.path('/deletion-requests'), { subject: 'ada', asset }),
  (tenant, asset) => tenant.report(cloudEvent('deletion.requested', { subject: asset, data: {} })),
];

describe('a deletion that was acknowledged', () => {
  it('is seen by no read that starts afterwards, at any node, however many there are at once', async () => {
    const names = Array.from({ length: ASSETS }, (_, index) => `asset-${index}`);
    const scene = await setScene(names);
    const left = [...names];
    const acknowledged: string[] = [];

    const remove = async (): Promise<void> => {
      for (let asset = left.pop(); asset !== undefined; asset = left.pop()) {
        await DOORS[acknowledged.length % DOORS.length]?.(scene.tenant, asset);
        acknowledged.push(asset);
      }
    };
    const reads = { made: 0, shown: 0 };
    const watch = async (user: Caller, how: string, read: Read): Promise<void> => {
      while (acknowledged.length < ASSETS) {
        const before = new Set(acknowledged);
        const shown = await read(scene, user, acknowledged.at(-1) ?? 'asset-0');
        expect({ how, shown: shown.filter(asset => before.has(asset)) }).toEqual({ how, shown: [] });
        reads.made += 1;
        reads.shown += shown.length;
      }
    };
    const readers = scene.nodes.flatMap(user =>
      Object.entries(READS).flatMap(([how, read]) =>
        Array.from({ length: READERS_EACH }, () => watch(user, how, read)),
      ),
    );
    await Promise.all([...Array.from({ length: DELETERS }, remove), ...readers]);

    // Both went on at once, or nothing was tried.
    expect(reads.made).toBeGreaterThan(readers.length);
    expect(reads.shown).toBeGreaterThan(0);
    for (const user of scene.nodes) {
      for (const read of Object.values(READS)) expect(await read(scene, user, 'asset-0')).toEqual([]);
    }
  });

  it('of an account hides everything in it from the next read on, at any node', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `asset-${index}`);
    const { tenant, nodes } = await setScene(names);
    const order = { subject: 'ada', scope: 'account' };
    expect((await tenant.dpo.post(tenant.path('/deletion-requests'), order)).status).toBe(201);
    await Promise.all(
      nodes.flatMap(user => [
        ...Object.values(READS).map(async read =>
          expect(await read({ tenant, nodes }, user, 'asset-1')).toEqual([]),
        ),
        ...names.map(async name => {
          const answer = await user.get(tenant.path(`/assets/${name}/content`));
          expect(answer.as(problemAnswer)).toMatchObject({ status: 410 });
        }),
      ]),
    );
  });
});
