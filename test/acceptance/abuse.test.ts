import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { encodeCursor } from '../../src/api/cursor.ts';
import { problemAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import { needlesOf, searchEverywhere } from '../support/service-search.ts';
import { generation, registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { refusal, SECRET, type Refusal } from './bad-input.ts';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 20_000, interval: 50 };

const counts = z.looseObject({ made: z.int(), deleted: z.int(), blocked: z.int() });
const timelineAnswer = z.strictObject({
  subject: z.uuid(),
  items: z.array(
    z.looseObject({
      ...{ at: z.string(), type: z.string(), position: z.int().nullable(), asset: z.string().nullable() },
      ...{ erased: z.boolean(), reason: z.string().nullable(), secondsLeft: z.int().nullable() },
    }),
  ),
  next: z.string().optional(),
});
const pictureAnswer = z.looseObject({
  subject: z.uuid(),
  assets: z.looseObject({ visible: z.int(), hidden: z.int(), erased: z.int() }),
  counters: z.looseObject({ '1h': counts, '24h': counts, '30d': counts }),
  habits: z.looseObject({ deleted: z.int(), deleteRatio: z.number().nullable() }),
  next: z.looseObject({ eraseAt: z.string().nullable(), secondsLeft: z.int().nullable() }),
  entities: z.array(z.looseObject({ entity: z.string(), kind: z.string(), degree: z.int() })),
});
const pivotAnswer = z.looseObject({
  entity: z.string(),
  degree: z.int(),
  subjects: z.array(z.looseObject({ subject: z.uuid(), assets: z.int(), secondsLeft: z.int().nullable() })),
  entities: z.array(
    z.looseObject({
      ...{ kind: z.string(), via: z.array(z.uuid()) },
      beyond: z.array(z.looseObject({ subject: z.uuid() })),
    }),
  ),
});
const rankedAnswer = z.looseObject({
  items: z.array(z.looseObject({ subject: z.uuid(), rank: z.number(), made: z.int() })),
  erased: z.looseObject({ subjects: z.int(), made: z.int() }),
  next: z.string().optional(),
});

interface Scene {
  readonly own: TestTenant;
  readonly other: TestTenant;
  readonly investigator: Caller;
  readonly stranger: Caller;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');
const abuse = (rest: string): string => at().own.path(`/abuse${rest}`);

const IP = '203.0.113.77';
const from = (subject: string, device: string, ip = IP): Record<string, string> => ({
  ...{ subject, device, ip },
  ...{ content: 'made', paymentFingerprint: `payment-of-${subject}` },
});

const timeline = async (subject: string, more = ''): Promise<z.infer<typeof timelineAnswer>> => {
  const answer = await at().investigator.get(abuse(`/timeline?subject=${subject}${more}`));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(timelineAnswer);
};
const picture = async (subject: string): Promise<z.infer<typeof pictureAnswer>> => {
  const answer = await at().investigator.get(abuse(`/subjects/${subject}`));
  expect(answer.status, answer.text).toBe(200);
  return answer.as(pictureAnswer);
};
const pivotOn = async (kind: string, value: string): Promise<z.infer<typeof pivotAnswer>> => {
  const answer = await at().investigator.post(abuse('/entities'), { kind, value });
  expect(answer.status, answer.text).toBe(200);
  return answer.as(pivotAnswer);
};
/** The graph follows the log by itself. */
const shared = (kind: string, value: string, subjects: number): Promise<z.infer<typeof pivotAnswer>> =>
  vi.waitFor(async () => {
    const found = await pivotOn(kind, value);
    expect(found.subjects).toHaveLength(subjects);
    return found;
  }, PATIENCE);

async function remove(tenant: TestTenant, body: Record<string, string>): Promise<void> {
  const answer = await tenant.admin.post(tenant.path('/deletion-requests'), body);
  expect(answer.status, answer.text).toBe(201);
}

beforeAll(async () => {
  const own = await registerTenant(service(), { minRetention: 'PT0S' });
  const other = await registerTenant(service());
  const investigator = service().callerWith(await own.key('investigator'));
  const stranger = service().callerWith(await other.key('investigator'));
  scene = { own, other, investigator, stranger };
});

describe('the timeline of an account', () => {
  it('shows what it made and what it deleted, newest first, page by page, and when each is erased', async () => {
    const { own } = at();
    const made = Array.from({ length: 5 }, (_, index) => upload(`tim-${index}`, from('tim', 'tim-device')));
    await own.report(...made);
    const all = await timeline('tim');
    expect(all.items.map(({ asset }) => asset)).toEqual(['tim-4', 'tim-3', 'tim-2', 'tim-1', 'tim-0']);
    expect(all.items[0]).toMatchObject({ type: 'upload.received', erased: false });
    expect(all.items[0]?.secondsLeft).toBeGreaterThan(29 * 86_400);
    const first = await timeline('tim', '&limit=2');
    await own.report(upload('tim-late', from('tim', 'tim-device')));
    const second = await timeline('tim', `&limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ asset }) => asset)).toEqual(
      all.items.map(({ asset }) => asset),
    );
    expect(second.next).toBeUndefined();
  });

  it('is found by the reference too', async () => {
    const { subject, items } = await timeline('tim');
    expect((await timeline(subject)).items.map(({ position }) => position)).toEqual(
      items.map(({ position }) => position),
    );
  });
});

describe('the entity graph', () => {
  it('shows who shares what with whom, two hops away, and nothing of the values', async () => {
    const { own, investigator } = at();
    await own.report(
      upload('ana-1', from('ana', 'shared-device', '198.51.100.1')),
      upload('bea-1', from('bea', 'shared-device', '192.0.2.200')),
      upload('cid-1', { ...from('cid', 'cid-device', '192.0.2.201'), paymentFingerprint: 'payment-of-bea' }),
    );
    const found = await shared('device', 'shared-device', 2);
    const [ana, bea, cid] = await Promise.all(['ana', 'bea', 'cid'].map(picture));
    expect(new Set(found.subjects.map(({ subject }) => subject))).toEqual(
      new Set([ana?.subject, bea?.subject]),
    );
    const beyond = found.entities.filter(entity => entity.beyond.length > 0);
    expect(beyond.map(({ kind, via }) => ({ kind, via }))).toEqual([
      { kind: 'ip24', via: [bea?.subject] },
      { kind: 'payment', via: [bea?.subject] },
    ]);
    expect(beyond.flatMap(entity => entity.beyond)).toMatchObject([
      { subject: cid?.subject },
      { subject: cid?.subject },
    ]);
    const byToken = await investigator.get(abuse(`/entities/${found.entity}`));
    expect(byToken.as(pivotAnswer).subjects.map(({ subject }) => subject)).toEqual(
      found.subjects.map(({ subject }) => subject),
    );
    expect(ana?.entities.find(({ kind }) => kind === 'device')).toMatchObject({ degree: 2 });
    const needles = ['198.51.100.1', '192.0.2.200', 'shared-device', 'payment-of-bea'].flatMap(needlesOf);
    expect(await searchEverywhere(service(), needles)).toEqual([]);
  });

  it('finds an account by any address of its network, and by the same address in another spelling', async () => {
    await at().own.report(upload('six-1', from('six', 'six-device', '2001:db8:0:0:1::7')));
    await shared('ip', '2001:0db8::0001:0:0:7', 1);
    await shared('ip24', '2001:db8::ffff', 1);
  });
});

describe('after an erasure', () => {
  it('numbers stay, and neither timeline nor graph tells what it was', async () => {
    const { own, investigator } = at();
    await own.report(
      upload('kept-one', from('gil', 'gil-device')),
      upload('telling-name', from('gil', 'gil-other-device')),
    );
    const { entity } = await shared('device', 'gil-other-device', 1);
    const before = await timeline('gil');
    await remove(own, { subject: 'gil', asset: 'telling-name' });
    await vi.waitFor(async () => expect((await picture('gil')).assets.erased).toBe(1), PATIENCE);
    await vi.waitFor(async () => {
      const gone = await investigator.get(abuse(`/entities/${entity}`));
      expect(gone.as(problemAnswer).code).toBe('entity-not-found');
    }, PATIENCE);
    const after = await timeline('gil');
    expect(JSON.stringify(after)).not.toContain('telling-name');
    expect(after.items.filter(({ type }) => type === 'upload.received')).toHaveLength(before.items.length);
    const erased = after.items.filter(item => item.erased);
    expect(erased.map(({ type }) => type)).toContain('asset.hidden');
    for (const item of erased) {
      expect(item).toMatchObject({ asset: null, position: null, secondsLeft: null });
      expect(item.at).toMatch(/:00:00\.000Z$/);
    }
    const { counters, habits, entities } = await picture('gil');
    for (const window of Object.values(counters)) expect(window).toMatchObject({ made: 2, deleted: 0 });
    expect(habits).toMatchObject({ made: 2 });
    expect(entities.filter(({ kind }) => kind === 'device')).toHaveLength(1);
  });

  it('of an account, it is nobody, by its id and by its reference, and its numbers are in the sum', async () => {
    const { own, investigator } = at();
    await own.report(upload('hal-1', from('hal', 'hal-device')), upload('hal-2', from('hal', 'hal-device')));
    await shared('device', 'hal-device', 1);
    const { subject } = await picture('hal');
    const sum = async () =>
      (await investigator.get(abuse('/subjects?by=made&window=1h&limit=100'))).as(rankedAnswer);
    const before = await sum();
    expect(before.items.map(item => item.subject)).toContain(subject);
    await remove(own, { subject: 'hal', scope: 'account' });
    const gone = async (path: string): Promise<void> => {
      const answer = await investigator.get(abuse(path));
      expect([answer.status, answer.as(problemAnswer).code]).toEqual([404, 'subject-not-found']);
    };
    await vi.waitFor(() => gone(`/subjects/${subject}`), PATIENCE);
    await gone('/subjects/hal');
    await gone(`/timeline?subject=${subject}`);
    const after = await sum();
    expect(after.items.map(item => item.subject)).not.toContain(subject);
    expect(after.erased).toMatchObject({
      subjects: before.erased.subjects + 1,
      made: before.erased.made + 2,
    });
    const answer = await investigator.post(abuse('/entities'), { kind: 'device', value: 'hal-device' });
    expect(answer.as(problemAnswer).code).toBe('entity-not-found');
  });
});

describe('the ranking of accounts', () => {
  it('is by what they did, in pages, among those who did enough', async () => {
    const { own, investigator } = at();
    for (const [name, many] of [
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ] as const) {
      const made = Array.from({ length: many + 20 }, (_, index) =>
        generation(`rank-${name}-${index}`, { subject: `rank-${name}`, output: 'x' }),
      );
      await own.report(...made);
    }
    const page = async (more: string) => {
      const answer = await investigator.get(abuse(`/subjects?by=made&window=1h&minMade=20${more}`));
      expect(answer.status, answer.text).toBe(200);
      return answer.as(rankedAnswer);
    };
    const first = await page('&limit=2');
    const second = await page(`&limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ rank }) => rank)).toEqual([23, 22, 21]);
    expect(second.next).toBeUndefined();
  });
});

describe('a look into these views', () => {
  it('is on record, with whom it was about', async () => {
    const { own } = at();
    const { subject } = await timeline('tim');
    const position = await own.report(upload('tick', { subject: 'tick', content: 'x' }));
    const query = `/audit?action=records.viewed&target=${subject}&role=investigator`;
    const answer = await own.auditor.get(own.path(query), { 'lethe-min-position': String(position) });
    const { items } = answer.as(z.looseObject({ items: z.array(z.looseObject({ action: z.string() })) }));
    expect(items.length).toBeGreaterThan(0);
  });

  it('is for investigators of the tenant, and for nobody else', async () => {
    const { own, stranger } = at();
    for (const path of ['/subjects', '/subjects/tim', '/timeline?subject=tim', '/entities/ip:x']) {
      for (const caller of [own.admin, own.dpo, own.auditor, own.ingest, service().operator]) {
        const refused = await caller.get(abuse(path));
        expect([refused.status, refused.as(problemAnswer).code], path).toEqual([403, 'forbidden']);
      }
      const hidden = await stranger.get(abuse(path));
      expect([hidden.status, hidden.as(problemAnswer).code], path).toEqual([404, 'tenant-not-found']);
    }
  });

  it('of another tenant finds nobody by an entity of this one', async () => {
    const { entity } = await shared('device', 'tim-device', 1);
    const { other, stranger } = at();
    const answer = await stranger.get(other.path(`/abuse/entities/${entity}`));
    expect([answer.status, answer.as(problemAnswer).code]).toEqual([404, 'entity-not-found']);
  });
});

const get =
  (rest: string): Refusal['send'] =>
  () =>
    at().investigator.get(abuse(rest));
const post =
  (body: unknown): Refusal['send'] =>
  () =>
    at().investigator.post(abuse('/entities'), body);
const INVALID = [400, 'invalid-request'] as const;
/** Milliseconds that make a whole number, and no date (ECMA-262 §21.4.1.1). */
const NO_DATE = 8_640_000_000_000_001;

describe('bad input', () => {
  const refusals: readonly Refusal[] = [
    refusal('nobody', [404, 'subject-not-found'], get(`/subjects/${SECRET}`)),
    refusal(
      'a reference of nobody',
      [404, 'subject-not-found'],
      get('/subjects/01890000-0000-4000-8000-000000000000'),
    ),
    refusal('no subject', INVALID, get('/timeline')),
    refusal('a timeline of nobody', [404, 'subject-not-found'], get(`/timeline?subject=${SECRET}`)),
    refusal('a cursor of no page', [400, 'cursor-invalid'], get(`/timeline?subject=tim&cursor=${SECRET}`)),
    refusal('a cursor of another list', [400, 'cursor-invalid'], get(`/subjects?cursor=WzEsMiwzXQ`)),
    refusal(
      'a cursor of an instant that no date has, of a timeline',
      [400, 'cursor-invalid'],
      get(`/timeline?subject=tim&cursor=${encodeCursor([NO_DATE, 0, 1])}`),
    ),
    refusal(
      'a cursor of an instant that no date has, of accounts',
      [400, 'cursor-invalid'],
      get(`/subjects?cursor=${encodeCursor([1, '01890000-0000-4000-8000-000000000000', NO_DATE])}`),
    ),
    refusal('a page of none', INVALID, get('/timeline?subject=tim&limit=0')),
    refusal('an unknown ranking', INVALID, get(`/subjects?by=${SECRET}`)),
    refusal('an unknown window', INVALID, get('/subjects?window=2h')),
    refusal('a minimum below nothing', INVALID, get('/subjects?minMade=-1')),
    refusal('a parameter that is none', INVALID, get(`/subjects?${SECRET}=1`)),
    refusal('an entity of no kind', [404, 'entity-not-found'], get(`/entities/${SECRET}`)),
    refusal('a token that is too short', [404, 'entity-not-found'], get('/entities/ip:AAAA')),
    refusal('an entity of nobody', [404, 'entity-not-found'], get('/entities/ip:AAAAAAAAAAAAAAAAAAAAAA')),
    refusal('a value of no kind', INVALID, post({ kind: SECRET, value: 'x' })),
    refusal('an address that is none', INVALID, post({ kind: 'ip', value: SECRET })),
    refusal('an empty value', INVALID, post({ kind: 'device', value: '' })),
    refusal('a value too long', INVALID, post({ kind: 'device', value: SECRET.repeat(200) })),
    refusal('more than was asked for', INVALID, post({ kind: 'device', value: 'x', [SECRET]: 1 })),
    refusal('a value of nobody', [404, 'entity-not-found'], post({ kind: 'device', value: SECRET })),
  ];

  it.each(refusals)('$title is refused, and nothing is repeated', async ({ send, status, code }) => {
    const answer = await send();
    expect([answer.status, answer.as(problemAnswer).code], answer.text).toEqual([status, code]);
    expect(answer.text.replaceAll(/"instance":"[^"]*"/g, '')).not.toContain(SECRET);
  });
});
