import { beforeAll, describe, expect, it } from 'vitest';
import { problemAnswer } from '../support/service-answers.ts';
import { z } from 'zod';
import type { Answer, Caller } from '../support/service-http.ts';
import { snapshot } from '../support/service-snapshot.ts';
import { registerTenant, upload, type CloudEvent, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { refusal, SECRET, type Refusal } from './bad-input.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const service = useService({ database: 'shared' });

interface Scene {
  /** The organisation comes first: what is asked for stays open. */
  readonly own: TestTenant;
  readonly other: TestTenant;
  readonly user: Caller;
  readonly stranger: Caller;
  readonly open: string;
  readonly answered: string;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

beforeAll(async () => {
  const own = await registerTenant(service(), { pack: 'neurasea' });
  const other = await registerTenant(service());
  await own.report(upload('kept', { subject: 'ada' }), upload('of-eve', { subject: 'eve' }));
  const received = async (order: CloudEvent): Promise<string> => {
    const answer = await own.dpo.post(own.path('/data-requests'), { subject: 'ada', ...order });
    expect(answer.status, answer.text).toBe(201);
    return answer.as(z.looseObject({ id: z.uuid() })).id;
  };
  const answered = await received({ kind: 'access' });
  const verdict = { outcome: 'refused', ground: 'excessive' };
  await own.dpo.post(own.path(`/data-requests/${answered}/fulfil`), verdict);
  scene = {
    ...{ own, other, answered },
    open: await received({ kind: 'training-opt-out' }),
    user: await own.user('ada'),
    stranger: await own.user('eve'),
  };
});

const ask = (order: CloudEvent, by: Caller = at().own.dpo): Promise<Answer> =>
  by.post(at().own.path('/data-requests'), { subject: 'ada', kind: 'access', ...order });
const step = (id: string, name: string, body: CloudEvent, by: Caller = at().own.dpo): Promise<Answer> =>
  by.post(at().own.path(`/data-requests/${id}/${name}`), body);
const train = (body: CloudEvent): Promise<Answer> =>
  at().own.ingest.post(at().own.path('/training-uses'), { run: 'run', assets: ['kept'], ...body });
const announce = (body: CloudEvent, by: Caller = at().own.admin): Promise<Answer> =>
  by.post(at().own.path('/offboarding'), body);
const purpose = (path: string, by: Caller = at().own.ingest): Promise<Answer> =>
  by.get(at().own.path(`/subjects/${path}`));

const invalid = [400, 'invalid-request'] as const;
const requests: Refusal[] = [
  refusal('of an unknown kind', invalid, () => ask({ kind: SECRET })),
  refusal('with a field of another kind', invalid, () => ask({ asset: 'kept' })),
  refusal('with a field that nobody knows', invalid, () => ask({ [SECRET]: 1 })),
  refusal('for nobody', [404, 'subject-not-found'], () => ask({ subject: SECRET })),
  refusal('in another user’s name', [404, 'subject-not-found'], () => ask({}, at().stranger)),
  refusal('by a role that may not', [403, 'forbidden'], () => ask({}, at().own.auditor)),
  refusal('of another tenant', [404, 'tenant-not-found'], () => ask({}, at().other.dpo)),
  refusal('received in the future', [400, 'time-in-future'], () =>
    ask({ receivedAt: '2100-01-01T00:00:00Z' }),
  ),
  refusal('received at no time', invalid, () => ask({ receivedAt: SECRET })),
  refusal('to correct nothing', invalid, () => ask({ kind: 'correction', profile: {} })),
  refusal('to correct a field that is none', invalid, () =>
    ask({ kind: 'correction', profile: { [SECRET]: SECRET } }),
  ),
  refusal('to object to no purpose', invalid, () => ask({ kind: 'objection' })),
  refusal('to object to an unknown purpose', invalid, () => ask({ kind: 'objection', purpose: SECRET })),
  refusal('to delete no asset', invalid, () => ask({ kind: 'deletion' })),
  refusal('to delete an asset that is not there', [404, 'asset-not-found'], () =>
    ask({ kind: 'deletion', asset: 'nowhere' }),
  ),
  refusal('to delete another user’s asset', [404, 'asset-not-found'], () =>
    ask({ kind: 'deletion', asset: 'of-eve' }),
  ),
  refusal('to opt in under a consent that is a name', invalid, () =>
    ask({ kind: 'training-opt-in', consent: `Ada ${SECRET}` }),
  ),
];

const steps: Refusal[] = [
  ...['hand-over', 'fulfil', 'extend'].flatMap(name => {
    const body: Readonly<Record<string, CloudEvent>> = {
      'hand-over': { to: 'platform' },
      fulfil: { outcome: 'fulfilled' },
      extend: { months: 1, reason: 'complexity' },
    };
    const said = body[name] ?? {};
    return [
      refusal(`${name} of a request that is none`, [404, 'data-request-not-found'], () =>
        step(NOBODY, name, said),
      ),
      refusal(`${name} of a request that is answered`, [409, 'data-request-answered'], () =>
        step(at().answered, name, said),
      ),
      refusal(`${name} by the person`, [403, 'forbidden'], () => step(at().open, name, said, at().user)),
      refusal(`${name} with nothing said`, invalid, () => step(at().open, name, {})),
      refusal(`${name} of an id that is none`, invalid, () => step(SECRET, name, said)),
    ];
  }),
  refusal('a hand-over to nobody', invalid, () => step(at().open, 'hand-over', { to: SECRET })),
  refusal('a refusal without a ground', invalid, () => step(at().open, 'fulfil', { outcome: 'refused' })),
  refusal('a refusal on a ground that is none', invalid, () =>
    step(at().open, 'fulfil', { outcome: 'refused', ground: SECRET }),
  ),
  refusal('a fulfilment with a ground', invalid, () =>
    step(at().open, 'fulfil', { outcome: 'fulfilled', ground: 'excessive' }),
  ),
  refusal('three further months', invalid, () =>
    step(at().open, 'extend', { months: 3, reason: 'complexity' }),
  ),
  refusal('an extension for a reason that is none', invalid, () =>
    step(at().open, 'extend', { months: 1, reason: SECRET }),
  ),
  refusal('another user’s request', [404, 'data-request-not-found'], () =>
    at().stranger.get(at().own.path(`/data-requests/${at().open}`)),
  ),
  refusal('a list in a state that is none', invalid, () =>
    at().own.dpo.get(at().own.path(`/data-requests?state=${SECRET}`)),
  ),
  refusal('a cursor of somebody’s own making', [400, 'cursor-invalid'], () =>
    at().own.dpo.get(at().own.path(`/data-requests?cursor=${SECRET}`)),
  ),
];

const uses: Refusal[] = [
  refusal('a run without assets', invalid, () => train({ assets: [] })),
  refusal('a run with too many assets', invalid, () =>
    train({ assets: Array.from({ length: 501 }, (_, index) => `a-${index}`) }),
  ),
  refusal('a run that is a name', invalid, () => train({ run: `Ada ${SECRET}` })),
  refusal('an asset that is not there', [404, 'asset-not-found'], () =>
    train({ assets: ['kept', 'nowhere'] }),
  ),
  refusal('a field that nobody knows', invalid, () => train({ [SECRET]: 1 })),
  refusal('a purpose that is none', invalid, () => purpose(`ada/purposes/${SECRET}`)),
  refusal('the purposes of nobody', [404, 'subject-not-found'], () => purpose(`${SECRET}/purposes/training`)),
  refusal('the purposes of another user', [404, 'subject-not-found'], () =>
    purpose('ada/purposes/training', at().stranger),
  ),
];

const ends: Refusal[] = [
  refusal('a notice that is no duration', invalid, () => announce({ notice: SECRET })),
  refusal('a field that nobody knows', invalid, () => announce({ [SECRET]: 1 })),
  refusal('an announcement by the data protection officer alone', [403, 'forbidden'], () =>
    announce({}, at().own.dpo),
  ),
  refusal('a confirmation of nothing', [404, 'offboarding-not-found'], () =>
    at().own.dpo.send('POST', at().own.path('/offboarding/confirm')),
  ),
  refusal('a withdrawal of nothing', [404, 'offboarding-not-found'], () =>
    at().own.dpo.delete(at().own.path('/offboarding')),
  ),
  refusal('the end of another tenant', [404, 'tenant-not-found'], () => announce({}, at().other.admin)),
  refusal('the end of a tenant that is none', [404, 'tenant-not-found'], () =>
    service().operator.send('POST', `/v1/tenants/${NOBODY}/offboarding/confirm`),
  ),
  refusal('where a tenant that is none stands', [404, 'tenant-not-found'], () =>
    service().operator.get(`/v1/tenants/${NOBODY}/offboarding`),
  ),
];

describe.each([
  ['a data request', requests],
  ['a step', steps],
  ['a use', uses],
  ['an end', ends],
])('bad input, %s:', (_kind, refusals) => {
  it.each(refusals)('$title is $code and changes nothing', async ({ send, status, code }) => {
    const before = await snapshot(service());
    const answer = await send();
    expect(answer.as(problemAnswer)).toMatchObject({ type: `/problems/${code}`, status, code });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(SECRET);
    expect(await snapshot(service())).toEqual(before);
  });
});
