import { beforeAll, describe, expect, it, vi } from 'vitest';
import { holdAnswer, problemAnswer } from '../support/service-answers.ts';
import { askForAccess, investigatorsOf, openCase, type Investigators } from '../support/service-cases.ts';
import { loggedEvents } from '../support/service-events.ts';
import { placeHold } from '../support/service-holds.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { snapshot } from '../support/service-snapshot.ts';
import { registerTenant, upload, type CloudEvent, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { refusal, SECRET, type Refusal } from './bad-input.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const service = useService({ database: 'shared' });

interface Scene extends Investigators {
  readonly own: TestTenant;
  readonly elsewhere: TestTenant;
  readonly stranger: Caller;
  /** Links `kept`, and nothing of it is granted. */
  readonly open: string;
  readonly decided: string;
  readonly pending: string;
  readonly held: string;
  readonly requested: string;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

beforeAll(async () => {
  const [own, elsewhere] = [await registerTenant(service()), await registerTenant(service())];
  await own.report(upload('kept', { subject: 'ada', content: SECRET }));
  await elsewhere.report(upload('foreign', { subject: 'eve', content: SECRET }));
  const staff = await investigatorsOf(service(), own);
  const open = await openCase(own, staff.one, { assets: ['kept'] });
  const decided = await openCase(own, staff.one, { assets: ['kept'] });
  await staff.one.post(own.path(`/cases/${decided}/decision`), { decision: 'no-action' });
  const { request: pending } = await askForAccess(own, staff.one, open, { asset: 'kept' });
  const terms = { kind: 'litigation', authority: 'court/1', ground: 'claim', assets: ['kept'] };
  scene = {
    ...{ own, elsewhere, ...staff, open, decided, pending },
    stranger: (await investigatorsOf(service(), elsewhere)).one,
    held: await placeHold(own, { assets: ['kept'] }),
    requested: (await own.dpo.post(own.path('/holds'), terms)).as(holdAnswer).id,
  };
});

const invalid = [400, 'invalid-request'] as const;
const forbidden = [403, 'forbidden'] as const;
const post = (path: string, body: CloudEvent = {}, by: Caller = at().one): Promise<Answer> =>
  by.post(at().own.path(path), body);
const send = (path: string, by: Caller = at().one): Promise<Answer> => by.send('POST', at().own.path(path));
const step = (name: string, body: CloudEvent = {}, by?: Caller) =>
  post(`/cases/${at().open}/${name}`, body, by);

const STEPS: Readonly<Record<string, CloudEvent>> = {
  assign: {},
  links: { assets: ['kept'] },
  notes: { text: 'a note' },
  decision: { decision: 'no-action' },
  'access-requests': { asset: 'kept', reason: 'appeal', duration: 'PT5M' },
};

const steps: Refusal[] = Object.entries(STEPS).flatMap(([name, body]) => [
  refusal(`${name} in a case that is none`, [404, 'case-not-found'], () =>
    post(`/cases/${NOBODY}/${name}`, body),
  ),
  refusal(`${name} in a case that is decided`, [409, 'case-closed'], () =>
    post(`/cases/${at().decided}/${name}`, body),
  ),
  refusal(`${name} in a case of another tenant`, [404, 'case-not-found'], () =>
    at().stranger.post(at().elsewhere.path(`/cases/${at().open}/${name}`), {
      ...body,
      ...(name === 'links' && { assets: ['foreign'] }),
    }),
  ),
  refusal(`${name} with another tenant’s key`, [404, 'tenant-not-found'], () =>
    step(name, body, at().stranger),
  ),
  refusal(`${name} by an auditor`, forbidden, () => step(name, body, at().own.auditor)),
  refusal(`${name} with a field that nobody knows`, invalid, () => step(name, { ...body, [SECRET]: 1 })),
  refusal(`${name} in a case whose id is none`, invalid, () => post(`/cases/${SECRET}/${name}`, body)),
]);

const contents: Refusal[] = [
  refusal('a case of a priority that is none', invalid, () => post('/cases', { priority: SECRET })),
  refusal('a case opened by the platform', forbidden, () => post('/cases', {}, at().own.ingest)),
  refusal('a link to nothing', invalid, () => step('links')),
  refusal('a link to an asset that is not there', [404, 'asset-not-found'], () =>
    step('links', { assets: ['nowhere'] }),
  ),
  refusal('a link to another tenant’s asset', [404, 'asset-not-found'], () =>
    step('links', { assets: ['foreign'] }),
  ),
  refusal('a link to nobody', [404, 'subject-not-found'], () => step('links', { subjects: [NOBODY] })),
  refusal('a link to a user by name', invalid, () => step('links', { subjects: [`ada ${SECRET}`] })),
  refusal('a link to an address in clear', invalid, () => step('links', { entities: ['ip:192.0.2.7'] })),
  refusal('a note that says nothing', invalid, () => step('notes', { text: '' })),
  refusal('a decision that is none', invalid, () => step('decision', { decision: SECRET })),
  refusal('a warning without a ground', [422, 'ground-missing'], () =>
    step('decision', { decision: 'warn' }),
  ),
  refusal('a block of nobody', [422, 'decision-without-subject'], () =>
    step('decision', { decision: 'block', ground: 'abuse' }),
  ),
  refusal('an invented ground', invalid, () => step('decision', { decision: 'warn', ground: SECRET })),
  refusal('reopening what is open', [409, 'case-open'], () => send(`/cases/${at().open}/reopen`)),
  refusal('a queue in a status that is none', invalid, () =>
    at().one.get(at().own.path(`/cases?status=${SECRET}`)),
  ),
  refusal('a cursor of somebody’s own making', [400, 'cursor-invalid'], () =>
    at().one.get(at().own.path(`/cases?cursor=${SECRET}`)),
  ),
  refusal('a case that is none', [404, 'case-not-found'], () =>
    at().one.get(at().own.path(`/cases/${NOBODY}`)),
  ),
];

const ask = (order: CloudEvent) => step('access-requests', { ...STEPS['access-requests'], ...order });
const access = (name: string, by?: Caller, request = at().pending): Promise<Answer> =>
  send(`/cases/${at().open}/access-requests/${request}/${name}`, by);
const accesses: Refusal[] = [
  refusal('access without a reason', invalid, () => ask({ reason: undefined })),
  refusal('access for a reason that is none', invalid, () => ask({ reason: SECRET })),
  refusal('access for no time', invalid, () => ask({ duration: 'PT0S' })),
  refusal('access for a day', invalid, () => ask({ duration: 'P1D' })),
  refusal('access to no part', invalid, () => ask({ parts: [] })),
  refusal('access to a part that is none', invalid, () => ask({ parts: [SECRET] })),
  refusal('access to two assets at once', invalid, () => ask({ asset: ['kept', 'foreign'] })),
  refusal('access to an asset that is not there', [404, 'asset-not-found'], () => ask({ asset: 'nowhere' })),
  ...['approve', 'close', 'reveal'].map(name =>
    refusal(`${name} of an access request that is none`, [404, 'access-request-not-found'], () =>
      access(name, at().one, NOBODY),
    ),
  ),
  refusal('an approval of one’s own', [403, 'own-approval'], () => access('approve')),
  refusal('an approval by an auditor', forbidden, () => access('approve', at().own.auditor)),
  refusal('an opening without an approval', [403, 'access-not-approved'], () => access('reveal')),
  refusal('an opening by the data protection officer', forbidden, () => access('reveal', at().own.dpo)),
];

const approve = (hold: string, by: Caller) => send(`/holds/${hold}/approve`, by);
const holds: Refusal[] = [
  refusal('an approval of a hold that is none', [404, 'hold-not-found'], () => approve(NOBODY, at().own.dpo)),
  refusal('an approval of one’s own hold', [403, 'own-approval'], () =>
    approve(at().requested, at().own.dpo),
  ),
  refusal('an approval of what is in force', [409, 'hold-exists'], () => approve(at().held, at().own.dpo)),
  refusal('an approval of a court’s hold by an investigator', forbidden, () =>
    approve(at().requested, at().one),
  ),
  refusal('a court’s hold asked for by an investigator', forbidden, () =>
    post('/holds', { kind: 'litigation', authority: 'court/1', ground: 'claim', assets: ['kept'] }),
  ),
  refusal('a hold over a case that is none', [404, 'case-not-found'], () =>
    post('/holds', { kind: 'internal-investigation', authority: 'team', ground: 'abuse', case: NOBODY }),
  ),
  refusal('a hold over a case and assets', invalid, () =>
    post('/holds', {
      ...{ kind: 'internal-investigation', authority: 'team', ground: 'abuse' },
      ...{ case: at().open, assets: ['kept'] },
    }),
  ),
  refusal('a release by an investigator', forbidden, () =>
    at().one.delete(at().own.path(`/holds/${at().held}`)),
  ),
  refusal('preserved assets behind a cursor of one’s own making', [400, 'cursor-invalid'], () =>
    at().own.dpo.get(at().own.path(`/holds/preserved-assets?cursor=${SECRET}`)),
  ),
];

describe('a step that takes another person', () => {
  it('leaves a record where somebody is refused it, at the door or behind it', async () => {
    const { own, one, requested } = at();
    const isDenied = (reason: string) =>
      vi.waitFor(async () => {
        const denials = await loggedEvents(service(), own.id, 'access.denied');
        expect(denials.map(({ data }) => [data.action, data.reason])).toContainEqual([
          'POST:/v1/tenants/:tenant/holds/:hold/approve',
          reason,
        ]);
      }, 20_000);
    expect((await approve(requested, own.dpo)).status).toBe(403);
    await isDenied('own-approval');
    expect((await approve(requested, one)).status).toBe(403);
    await isDenied('forbidden');
  });
});

/** A read that fails is on record as a read all the same. */
const readsBut = ({ ...tables }: Awaited<ReturnType<typeof snapshot>>) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, rows.filter(row => !row.includes('records.viewed'))]),
  );
const MOVES_WITH_READS = /^view_(audit_trail|usage|evidence)\./;

describe.each([
  ['a step', steps],
  ['a case', contents],
  ['an access', accesses],
  ['a hold', holds],
])('bad input, %s:', (_kind, refusals) => {
  it.each(refusals)('$title is $code and changes nothing', async ({ send: sent, status, code }) => {
    const before = readsBut(await snapshot(service()));
    const answer = await sent();
    expect(answer.as(problemAnswer)).toMatchObject({ type: `/problems/${code}`, status, code });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(SECRET);
    const after = readsBut(await snapshot(service()));
    for (const [table, rows] of Object.entries(after)) {
      if (!MOVES_WITH_READS.test(table)) expect(rows, table).toEqual(before[table]);
    }
  });
});
