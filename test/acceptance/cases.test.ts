import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { holdAnswer, problemAnswer } from '../support/service-answers.ts';
import {
  fileOf,
  investigatorsOf,
  listedCaseAnswer,
  openCase,
  type Investigators,
} from '../support/service-cases.ts';
import { loggedEvents, withDatabase } from '../support/service-events.ts';
import { approveHold, releaseHold } from '../support/service-holds.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { needlesOf, searchEverywhere } from '../support/service-search.ts';
import { registerTenant, upload, type CloudEvent, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const SOON = { timeout: 20_000, interval: 50 };
const TOKEN = `device:${'A'.repeat(43)}`;
const service = useService({ database: 'shared' });

interface Scene extends Investigators {
  readonly tenant: TestTenant;
}

async function staffed(policy: CloudEvent = {}): Promise<Scene> {
  const tenant = await registerTenant(service(), { minRetention: 'PT0S', ...policy });
  return { tenant, ...(await investigatorsOf(service(), tenant)) };
}

const step = (scene: Scene, id: string, name: string, body: object = {}): Promise<Answer> =>
  scene.one.post(scene.tenant.path(`/cases/${id}/${name}`), body);
const done = async (answer: Promise<Answer>): Promise<void> => {
  const { status, text } = await answer;
  expect([200, 201], text).toContain(status);
};

/** The inside reference of whoever an asset belongs to, as the log has it. */
async function subjectOf({ tenant }: Scene, asset: string): Promise<string> {
  const events = await loggedEvents(service(), tenant.id, 'upload.received');
  return events.find(event => event.asset === asset)?.subject ?? expect.fail('no such asset');
}

const queueAnswer = z.looseObject({ items: z.array(listedCaseAnswer), next: z.string().optional() });
async function queue({ tenant }: Scene, by: Caller, query = '') {
  const answer = await by.get(tenant.path(`/cases?${query}`));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(queueAnswer);
}

const keyStates = ({ tenant }: Scene, like: string): Promise<string[]> =>
  withDatabase(service(), async client => {
    const sql = 'select state from keys.data_keys where tenant = $1 and scope like $2 order by scope';
    const { rows } = await client.query<{ state: string }>(sql, [tenant.id, like]);
    return rows.map(({ state }) => state);
  });

describe('the queue', () => {
  it('has the most urgent first, of those the oldest, page by page', async () => {
    const scene = await staffed();
    const ids: Record<string, string> = {};
    for (const name of ['low-1', 'urgent-1', 'normal-1', 'urgent-2', 'low-2']) {
      ids[name] = await openCase(scene.tenant, scene.one, {}, name.split('-')[0]);
    }
    const expected = ['urgent-1', 'urgent-2', 'normal-1', 'low-1', 'low-2'].map(name => ids[name]);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await queue(scene, scene.tenant.auditor, `limit=2${cursor}`);
      seen.push(...page.items.map(item => item.case));
      cursor = page.next === undefined ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(seen).toEqual(expected);
    expect((await queue(scene, scene.one, 'priority=low')).items).toHaveLength(2);
  });

  it('is narrowed to what somebody works on, and loses what is decided', async () => {
    const scene = await staffed();
    const [mine, other] = [await openCase(scene.tenant, scene.one), await openCase(scene.tenant, scene.one)];
    await done(step(scene, mine, 'assign'));
    const { assignee } = await fileOf(scene.tenant, scene.other, mine);
    const assigned = await queue(scene, scene.other, `assignee=${assignee ?? ''}`);
    expect(assigned.items.map(item => item.case)).toEqual([mine]);
    await done(step(scene, mine, 'decision', { decision: 'no-action' }));
    expect((await queue(scene, scene.one)).items.map(item => item.case)).toEqual([other]);
    expect((await queue(scene, scene.one, 'status=decided')).items.map(item => item.case)).toEqual([mine]);
  });
});

describe('what investigators write', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await staffed();
  });

  it('is sealed: nowhere in clear, and for investigators alone', async () => {
    const secret = 'the lighthouse belongs to Grace';
    await scene.tenant.report(upload('sealed', { subject: 'ada', content: 'x' }));
    const id = await openCase(scene.tenant, scene.one, { assets: ['sealed'], entities: [TOKEN] });
    await done(step(scene, id, 'notes', { text: secret }));
    const file = await fileOf(scene.tenant, scene.other, id);
    expect(file.notes).toMatchObject([{ text: secret }]);
    expect(file.links).toMatchObject({ assets: [{ asset: 'sealed' }], entities: [TOKEN] });
    const seenByAuditor = await fileOf(scene.tenant, scene.tenant.auditor, id);
    expect([seenByAuditor.notes, seenByAuditor.links.entities]).toEqual([undefined, undefined]);
    for (const planted of [secret, TOKEN])
      expect(await searchEverywhere(service(), needlesOf(planted))).toEqual([]);
  });

  it('is gone with the first that the case linked then, and what is about others stays', async () => {
    const about = (asset: string) => upload(asset, { subject: 'ada', content: `content of ${asset}` });
    await scene.tenant.report(about('gone'), about('stays'));
    const id = await openCase(scene.tenant, scene.one, { assets: ['stays'], entities: [TOKEN] });
    await done(step(scene, id, 'notes', { text: 'about what stays' }));
    await done(step(scene, id, 'links', { assets: ['gone'] }));
    await done(step(scene, id, 'notes', { text: 'about both' }));
    expect((await fileOf(scene.tenant, scene.one, id)).notes).toHaveLength(2);

    expect((await scene.tenant.admin.delete(scene.tenant.path('/assets/gone'))).status).toBe(200);
    await vi.waitFor(async () => {
      const states = await keyStates(scene, `case/${id}/%`);
      expect(states.toSorted((a, b) => a.localeCompare(b))).toEqual(['erased', 'live', 'live']);
    }, SOON);
    const file = await fileOf(scene.tenant, scene.one, id);
    expect(file.notes).toMatchObject([{ text: 'about what stays' }]);
    expect(file.links).toMatchObject({ assets: [{ asset: 'stays' }], entities: [TOKEN] });
    expect(JSON.stringify(file)).not.toContain('gone');
    const [expired] = (await loggedEvents(service(), scene.tenant.id, 'case.entries-expired')).filter(
      ({ data }) => data.case === id,
    );
    expect(expired?.data.entries).toHaveLength(1);
    expect(expired?.data.keys).toHaveLength(1);
  });
});

describe('a decision', () => {
  it('to block is done at once, to every user of the case, with the case as its ground', async () => {
    const scene = await staffed();
    await scene.tenant.report(
      upload('of-ada', { subject: 'ada', content: 'x' }),
      upload('of-eve', { subject: 'eve', content: 'x' }),
    );
    const subjects = [await subjectOf(scene, 'of-ada'), await subjectOf(scene, 'of-eve')];
    const id = await openCase(scene.tenant, scene.one, { subjects });
    await done(step(scene, id, 'decision', { decision: 'block', ground: 'abuse', rule: 'terms/4' }));
    const blocked = await loggedEvents(service(), scene.tenant.id, 'account.blocked');
    expect(blocked.map(({ subject }) => subject)).toEqual(subjects);
    for (const { data } of blocked) {
      expect(data).toEqual({
        ground: 'abuse',
        rule: 'terms/4',
        restriction: 'block',
        automated: false,
        case: id,
      });
    }
    expect(await fileOf(scene.tenant, scene.one, id)).toMatchObject({ status: 'decided', decision: 'block' });
    await done(step(scene, id, 'reopen'));
    expect((await fileOf(scene.tenant, scene.one, id)).status).toBe('open');
  });

  it('that cannot be taken blocks nobody', async () => {
    const scene = await staffed();
    const id = await openCase(scene.tenant, scene.one);
    const answer = await step(scene, id, 'decision', { decision: 'block', ground: 'abuse' });
    expect(answer.as(problemAnswer).code).toBe('decision-without-subject');
    expect(await loggedEvents(service(), scene.tenant.id, 'account.blocked')).toEqual([]);
    expect((await fileOf(scene.tenant, scene.one, id)).status).toBe('open');
  });
});

describe('a hold over a case', () => {
  const preservedAnswer = z.looseObject({
    items: z.array(z.looseObject({ asset: z.string(), hold: z.string(), state: z.string() })),
  });

  it('is asked for and approved by investigators, and its assets are listed with the reason', async () => {
    const scene = await staffed();
    const { tenant, one, other } = scene;
    const upload1 = (asset: string) => upload(asset, { subject: 'ada', content: asset });
    await tenant.report(upload1('first'), upload1('second'), upload1('neighbour'));
    const id = await openCase(tenant, one, { assets: ['first', 'second'] });
    const terms = {
      kind: 'internal-investigation',
      authority: 'trust-and-safety',
      ground: 'abuse',
      case: id,
    };
    const asked = await one.post(tenant.path('/holds'), terms);
    expect(asked.status, asked.text).toBe(202);
    const { id: hold } = asked.as(holdAnswer);
    const alone = await one.send('POST', tenant.path(`/holds/${hold}/approve`));
    expect(alone.as(problemAnswer)).toMatchObject({ status: 403, code: 'own-approval' });
    expect((await other.send('POST', tenant.path(`/holds/${hold}/approve`))).status).toBe(200);
    const again = await tenant.dpo.send('POST', tenant.path(`/holds/${hold}/approve`));
    expect(again.as(problemAnswer)).toMatchObject({ status: 409, code: 'hold-exists' });

    for (const asset of ['first', 'second', 'neighbour'])
      await tenant.admin.delete(tenant.path(`/assets/${asset}`));
    await vi.waitFor(async () => expect(await keyStates(scene, 'asset/neighbour')).toEqual(['erased']), SOON);
    expect(await keyStates(scene, 'asset/%t')).toEqual(['hidden']);
    const preserved = (await tenant.auditor.get(tenant.path('/holds/preserved-assets'))).as(preservedAnswer);
    expect(preserved.items).toMatchObject([
      { asset: 'first', hold, case: id, state: 'active', authority: 'trust-and-safety', ground: 'abuse' },
      { asset: 'second', hold },
    ]);
    await releaseHold(tenant, hold);
    await vi.waitFor(async () => expect(await keyStates(scene, 'asset/%')).not.toContain('hidden'), SOON);
  });

  it('of a kind that courts order is not for investigators, neither to ask for nor to approve', async () => {
    const { tenant, one } = await staffed();
    await tenant.report(upload('kept', { subject: 'ada', content: 'x' }));
    const terms = { kind: 'litigation', authority: 'court/1', ground: 'claim', assets: ['kept'] };
    const asked = await one.post(tenant.path('/holds'), terms);
    expect(asked.as(problemAnswer)).toMatchObject({ status: 403, code: 'forbidden' });
    const { id } = (await tenant.dpo.post(tenant.path('/holds'), terms)).as(holdAnswer);
    const approved = await one.send('POST', tenant.path(`/holds/${id}/approve`));
    expect(approved.as(problemAnswer)).toMatchObject({ status: 403, code: 'forbidden' });
    await approveHold(tenant, id);
  });
});
