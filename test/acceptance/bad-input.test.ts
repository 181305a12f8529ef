import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ingestAnswer, keyAnswer, problemAnswer, requestsAnswer } from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import { snapshot } from '../support/service-snapshot.ts';
import {
  cloudEvent,
  generation,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { refusal, SECRET, type Refusal } from './bad-input.ts';

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const CARD = '4111 1111 1111 1111';
const NOBODY = '01890000-0000-7000-8000-000000000000';
const MB = 1024 * 1024;

const service = useService({ database: 'shared' });

interface Scene {
  readonly own: TestTenant;
  readonly other: TestTenant;
  readonly user: Caller;
  readonly stranger: Caller;
  readonly expired: Caller;
  readonly revoked: Caller;
}
let scene: Scene | undefined;
const at = (): Scene => scene ?? expect.fail('the scene was not set');

const kept = upload('kept', { subject: 'ada', content: 'kept' }, { id: 'kept' });
const good = (asset: string): CloudEvent => upload(asset, { subject: 'ada', content: 'fine' });

beforeAll(async () => {
  const own = await registerTenant(service(), { minRetention: 'PT0S', maxRetention: 'P30D' });
  const other = await registerTenant(service());
  await own.report(kept, good('gone'), upload('of-gone', { subject: 'gone', content: 'gone' }));
  await own.report(upload('of-eve', { subject: 'eve', content: 'of eve' }));
  await other.report(upload('foreign', { subject: 'ada', content: 'foreign' }));
  await own.admin.post(own.path('/deletion-requests'), { subject: 'ada', asset: 'gone' });
  await own.admin.post(own.path('/deletion-requests'), { subject: 'gone', scope: 'account' });
  await vi.waitFor(async () => {
    const requests = (await own.admin.get(own.path('/deletion-requests'))).as(requestsAnswer);
    expect(requests.items.map(({ state }) => state)).toEqual(['erased', 'erased']);
  }, 30_000);

  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  const expired = service().callerWith(await own.key('ingest', { expiresAt }));
  const issued = await own.admin.post(own.path('/api-keys'), { role: 'ingest' });
  const { id, key } = issued.as(keyAnswer);
  await own.admin.delete(own.path(`/api-keys/${id}`));
  await vi.waitFor(async () => {
    const { text } = await expired.post(own.path('/events'), []);
    expect(text).toContain('credential-expired');
  }, 10_000);
  scene = {
    own,
    other,
    user: await own.user('ada'),
    stranger: await own.user('eve'),
    expired,
    revoked: service().callerWith(key),
  };
});

const events = (): string => at().own.path('/events');
const report = (...sent: readonly CloudEvent[]) => at().own.tryReport(...sent);
const raw = (body: string | Buffer<ArrayBuffer>, type: string) =>
  at().own.ingest.send('POST', events(), { body, type });
const lines = (...sent: readonly (CloudEvent | string)[]) =>
  raw(sent.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'), NDJSON);

const bodies: Refusal[] = [
  refusal('malformed JSON', [400, 'malformed-json'], () => raw(`{"id": "${SECRET}", `, JSON_TYPE)),
  refusal('JSON that is not UTF-8', [400, 'malformed-json'], () =>
    raw(Buffer.from(`{"id": "${SECRET}\xff"}`, 'latin1'), JSON_TYPE),
  ),
  refusal(
    'a malformed line of NDJSON, by its number',
    [400, 'malformed-ndjson'],
    () => lines(good('n1'), '', `{"id": ${SECRET}`, good('n2')),
    [{ line: 3 }],
  ),
  refusal(
    'a bad event of NDJSON, by its line and place',
    [400, 'invalid-event'],
    () => lines(good('n1'), '', { ...good('n2'), source: `${SECRET} ${SECRET}` }),
    [{ line: 3, index: 1, field: 'source' }],
  ),
  refusal('a body over the limit', [413, 'body-too-large'], () => raw(`[${' '.repeat(33 * MB)}]`, JSON_TYPE)),
  refusal('NDJSON over the limit', [413, 'body-too-large'], () =>
    raw(`"${'x'.repeat(MB)}"\n`.repeat(33), NDJSON),
  ),
  refusal('a line over the limit', [413, 'event-too-large'], () => raw('x'.repeat(2 * MB + 1), NDJSON), [
    { line: 1 },
  ]),
  refusal('too many events', [413, 'batch-too-large'], () =>
    report(...Array.from({ length: 10_001 }, (_, index) => good(`many-${index}`))),
  ),
  refusal('too many lines', [413, 'batch-too-large'], () =>
    lines(...Array.from({ length: 10_001 }, (_, index) => good(`many-${index}`))),
  ),
  refusal('no event at all', [400, 'batch-empty'], () => report()),
  refusal('another media type', [415, 'unsupported-media-type'], () => raw(SECRET, 'text/plain')),
  refusal('an event that is no object', [400, 'invalid-event'], () => raw(`["${SECRET}"]`, JSON_TYPE)),
];

const odd = (fields: CloudEvent): CloudEvent => ({ ...good('odd'), ...fields });
const about = (data: CloudEvent): CloudEvent => upload('odd', { subject: 'newcomer', ...data });

const attributes: Refusal[] = [
  refusal('an unknown event type', [400, 'unknown-event-type'], () => report(odd({ type: SECRET }))),
  refusal('an event that only Lethe writes', [400, 'unknown-event-type'], () =>
    report(cloudEvent('asset.erased', { subject: 'kept', data: {} })),
  ),
  refusal('another CloudEvents version', [400, 'unsupported-event-version'], () =>
    report(odd({ specversion: '2.0' })),
  ),
  refusal('a data version that is not known', [400, 'unsupported-event-version'], () =>
    report(odd({ dataversion: 99 })),
  ),
  refusal('no id', [400, 'invalid-event'], () => report(odd({ id: undefined })), [{ field: 'id' }]),
  refusal(
    'an attribute that CloudEvents does not know',
    [400, 'invalid-event'],
    () => report(odd({ [SECRET.toLowerCase()]: SECRET })),
    [{ index: 0 }],
  ),
  refusal('a control character in an id', [400, 'invalid-event'], () =>
    report(odd({ id: `${SECRET}\u0007` })),
  ),
  refusal('a space in an id', [400, 'invalid-event'], () => report(odd({ id: `Ada ${SECRET}` }))),
  refusal('an e-mail address as an id', [400, 'invalid-event'], () =>
    report(odd({ id: `${SECRET}@example.test` })),
  ),
  refusal('an e-mail address as a source', [400, 'invalid-event'], () =>
    report(odd({ source: `${SECRET}@example.test` })),
  ),
  refusal('an e-mail address as an asset', [400, 'invalid-event'], () =>
    report(odd({ subject: `${SECRET}@example.test` })),
  ),
  refusal('a control character in an asset id', [400, 'invalid-event'], () =>
    report(odd({ subject: `${SECRET}\n` })),
  ),
  refusal('a control character in a user id', [400, 'invalid-event'], () =>
    report(about({ subject: `${SECRET}\u0000` })),
  ),
  refusal('a time to come', [400, 'time-in-future'], () =>
    report(odd({ time: new Date(Date.now() + 3_600_000).toISOString() })),
  ),
  refusal('a time before 1970', [400, 'time-invalid'], () => report(odd({ time: '1969-12-31T23:59:59Z' }))),
  refusal('a negative time', [400, 'time-invalid'], () => report(odd({ time: '-000001-01-01T00:00:00Z' }))),
  refusal('a time that is none', [400, 'time-invalid'], () => report(odd({ time: SECRET }))),
  refusal('another tenant’s name in an event', [400, 'tenant-mismatch'], () =>
    report(odd({ lethetenant: at().other.id })),
  ),
];

const data: Refusal[] = [
  refusal('no user', [400, 'invalid-event'], () => report(upload('odd', { content: SECRET })), [
    { index: 0, field: 'data.subject' },
  ]),
  refusal('an unknown field', [400, 'invalid-event'], () => report(about({ [SECRET]: SECRET }))),
  refusal('a field that only Lethe writes', [400, 'invalid-event'], () =>
    report(about({ retention: { windowEnds: SECRET } })),
  ),
  refusal(
    'a content over its limit',
    [400, 'invalid-event'],
    () => report(about({ content: SECRET.repeat(40_000) })),
    [{ field: 'data.content' }],
  ),
  refusal('an address that is none', [400, 'invalid-event'], () => report(about({ ip: SECRET })), [
    { field: 'data.ip' },
  ]),
  refusal('a field of another kind', [400, 'invalid-event'], () => report(about({ bytes: SECRET })), [
    { field: 'data.bytes' },
  ]),
  refusal('a card number in a clear field', [422, 'card-number-refused'], () =>
    report(about({ model: CARD.replaceAll(' ', '-') })),
  ),
  refusal('a card number as an asset', [422, 'card-number-refused'], () =>
    report(odd({ subject: CARD.replaceAll(' ', '') })),
  ),
  refusal('a card number as an id', [422, 'card-number-refused'], () =>
    report(odd({ id: CARD.replaceAll(' ', '-') })),
  ),
  refusal('a card number among parents', [422, 'card-number-refused'], () =>
    report(about({ parents: ['kept', CARD.replaceAll(' ', '')] })),
  ),
  refusal(
    'a batch with one bad event in the middle, whole',
    [400, 'invalid-event'],
    () => report(good('b1'), upload('b2', { subject: 'newcomer', bytes: -1 }), good('b3')),
    [{ index: 1, field: 'data.bytes' }],
  ),
];

const facts: Refusal[] = [
  refusal(
    'a known id with other content',
    [409, 'source-id-conflict'],
    () => report({ ...kept, data: { subject: 'ada', content: SECRET } }),
    [{ index: 0 }],
  ),
  refusal('a known id with another asset', [409, 'source-id-conflict'], () =>
    report({ ...kept, subject: 'kept-again' }),
  ),
  refusal('a known id with another user', [409, 'source-id-conflict'], () =>
    report({ ...kept, subject: 'kept-again', data: { subject: 'newcomer', content: 'kept' } }),
  ),
  refusal('a known id with another type', [409, 'source-id-conflict'], () =>
    report(generation('kept', { subject: 'ada', output: 'kept' }, { id: 'kept' })),
  ),
  refusal(
    'an id that is twice in a batch, with two bodies',
    [409, 'source-id-conflict'],
    () => report({ ...good('t1'), id: 'twice' }, { ...good('t2'), id: 'twice' }),
    [{ index: 1 }],
  ),
  refusal(
    'a known id with another body, beside new events',
    [409, 'source-id-conflict'],
    () =>
      report(upload('fresh', { subject: 'newcomer', content: 'new' }), {
        ...kept,
        data: { subject: 'ada', content: SECRET },
      }),
    [{ index: 1 }],
  ),
  refusal('an event of an asset that is not known', [404, 'asset-not-found'], () =>
    report(cloudEvent('pii.flagged', { subject: 'nowhere', data: {} })),
  ),
  refusal('an event of another tenant’s asset', [404, 'asset-not-found'], () =>
    report(cloudEvent('deletion.requested', { subject: 'foreign', data: {} })),
  ),
  refusal('an asset of another user', [409, 'asset-subject-mismatch'], () =>
    report(upload('kept', { subject: 'newcomer', content: SECRET })),
  ),
  refusal('an asset that is erased', [410, 'asset-erased'], () =>
    report(upload('fresh', { subject: 'newcomer', content: 'new' }), good('gone')),
  ),
  refusal('a model out of the region', [422, 'out-of-region'], async () => {
    const { own } = at();
    return own.tryReport(upload('far', { subject: 'newcomer', content: 'far', modelRegion: 'us-south' }));
  }),
];

const assetPath = (asset: string, rest = ''): string => at().own.path(`/assets/${asset}${rest}`);
const callers: Refusal[] = [
  refusal('no key', [401, 'credential-missing'], () => service().callerWith(undefined).post(events(), [])),
  refusal('a key that is none', [401, 'credential-invalid'], () =>
    service().callerWith(`lethe_${SECRET}`).post(events(), []),
  ),
  refusal('a key that nobody issued', [401, 'credential-invalid'], () =>
    service()
      .callerWith(`lethe_${'0'.repeat(16)}_${'A'.repeat(43)}`)
      .post(events(), []),
  ),
  refusal('an expired key', [401, 'credential-expired'], () => at().expired.post(events(), [good('x')])),
  refusal('a revoked key', [401, 'credential-revoked'], () => at().revoked.post(events(), [good('x')])),
  refusal('a role that may not report', [403, 'forbidden'], () =>
    at().own.auditor.post(events(), [good('x')]),
  ),
  refusal('a role that may not read content', [403, 'forbidden'], () =>
    at().own.ingest.get(assetPath('kept', '/content')),
  ),
  refusal('a user who changes the policy', [403, 'forbidden'], () =>
    at().user.put(at().own.path('/policy'), {}),
  ),
  refusal('a tenant that registers tenants', [403, 'forbidden'], () =>
    at().own.admin.post('/v1/tenants', { name: SECRET, region: 'eu-central' }),
  ),
  refusal('another tenant’s key', [404, 'tenant-not-found'], () =>
    at().other.ingest.post(events(), [good('x')]),
  ),
  refusal('a tenant that is none', [404, 'tenant-not-found'], () =>
    at().own.admin.get(`/v1/tenants/${NOBODY}/policy`),
  ),
  refusal('a tenant that is none, for the operator', [404, 'tenant-not-found'], () =>
    service().operator.get(`/v1/tenants/${NOBODY}/policy`),
  ),
];

const reads: Refusal[] = [
  refusal('another user’s content', [404, 'asset-not-found'], () =>
    at().stranger.get(assetPath('kept', '/content')),
  ),
  refusal('another user’s asset', [404, 'asset-not-found'], () => at().stranger.get(assetPath('kept'))),
  refusal('another user’s retention', [404, 'asset-not-found'], () =>
    at().stranger.get(assetPath('kept', '/retention')),
  ),
  refusal('another user’s list', [404, 'subject-not-found'], () =>
    at().stranger.get(at().own.path('/subjects/ada/assets')),
  ),
  refusal('the list of nobody', [404, 'subject-not-found'], () =>
    at().stranger.get(at().own.path(`/subjects/${SECRET}/assets`)),
  ),
  refusal('another tenant’s asset', [404, 'asset-not-found'], () =>
    at().own.admin.get(assetPath('foreign', '/content')),
  ),
  refusal('an erased asset', [410, 'asset-erased'], () => at().user.get(assetPath('gone', '/content'))),
  refusal('a route that is none', [404, 'not-found'], () => at().own.admin.get(`/v1/${SECRET}`)),
  refusal('a cursor of somebody’s own making', [400, 'cursor-invalid'], () =>
    at().own.admin.get(at().own.path(`/audit?cursor=${SECRET}`)),
  ),
  refusal('a page over the limit', [400, 'invalid-request'], () =>
    at().own.admin.get(at().own.path('/audit?limit=501')),
  ),
  refusal('an unknown parameter', [400, 'invalid-request'], () =>
    at().own.admin.get(at().own.path(`/audit?${SECRET}=${SECRET}`)),
  ),
  refusal('a position that is none', [400, 'invalid-request'], () =>
    at().own.admin.get(at().own.path('/audit'), { 'lethe-min-position': SECRET }),
  ),
];

const ask = (caller: Caller, order: unknown) => caller.post(at().own.path('/deletion-requests'), order);
const hold = (order: CloudEvent) =>
  at().own.dpo.post(at().own.path('/holds'), {
    kind: 'litigation',
    authority: 'court/1',
    ground: 'claim',
    ...order,
  });

const orders: Refusal[] = [
  refusal('a deletion of another user’s asset', [404, 'asset-not-found'], () =>
    at().stranger.delete(assetPath('kept')),
  ),
  refusal('a deletion in another user’s name', [404, 'subject-not-found'], () =>
    ask(at().stranger, { subject: 'ada', asset: 'kept' }),
  ),
  refusal('a deletion of another tenant’s asset', [404, 'asset-not-found'], () =>
    ask(at().own.admin, { subject: 'ada', asset: 'foreign' }),
  ),
  refusal('a deletion for a user who does not own it', [404, 'asset-not-found'], () =>
    ask(at().own.admin, { subject: 'eve', asset: 'kept' }),
  ),
  refusal('a deletion for nobody', [404, 'subject-not-found'], () =>
    ask(at().own.admin, { subject: SECRET, asset: 'kept' }),
  ),
  refusal('a deletion of what is erased', [410, 'asset-erased'], () =>
    ask(at().own.admin, { subject: 'ada', asset: 'gone' }),
  ),
  refusal('a deletion of an unknown scope', [400, 'invalid-request'], () =>
    ask(at().own.admin, { subject: 'ada', scope: SECRET }),
  ),
  refusal('a deletion request that is none', [404, 'deletion-request-not-found'], () =>
    at().own.admin.get(at().own.path(`/deletion-requests/${NOBODY}`)),
  ),
  refusal('the release of a hold that is none', [404, 'hold-not-found'], () =>
    at().own.dpo.delete(at().own.path(`/holds/${NOBODY}`)),
  ),
  refusal('a hold over nobody', [404, 'subject-not-found'], () => hold({ subject: SECRET })),
  refusal('a hold over what is not there', [404, 'asset-not-found'], () =>
    hold({ assets: ['kept', `misspelt-${SECRET}`] }),
  ),
  refusal('a hold over another tenant’s asset', [404, 'asset-not-found'], () =>
    hold({ assets: ['foreign'] }),
  ),
  refusal('a hold that has expired', [422, 'hold-expiry-past'], () =>
    hold({ assets: ['kept'], expiresAt: '2020-01-01T00:00:00Z' }),
  ),
  refusal('a hold without a scope', [400, 'invalid-request'], () => hold({})),
  refusal('a hold of an unknown kind', [400, 'invalid-request'], () =>
    hold({ kind: SECRET, assets: ['kept'] }),
  ),
  refusal('a key of a role that is none', [400, 'invalid-request'], () =>
    at().own.admin.post(at().own.path('/api-keys'), { role: SECRET }),
  ),
  refusal('an operator’s key for a tenant', [400, 'invalid-request'], () =>
    at().own.admin.post(at().own.path('/api-keys'), { role: 'operator' }),
  ),
  refusal('a user’s key without the user', [400, 'invalid-request'], () =>
    at().own.admin.post(at().own.path('/api-keys'), { role: 'subject' }),
  ),
  refusal('the revocation of a key that is none', [404, 'credential-not-found'], () =>
    at().own.admin.delete(at().own.path('/api-keys/0123456789abcdef')),
  ),
];

const adopt = (policy: CloudEvent) => at().own.admin.put(at().own.path('/policy'), policy);
const register = (policy: CloudEvent, fields: CloudEvent = {}) =>
  service().operator.post('/v1/tenants', { name: 'New', region: 'eu-central', policy, ...fields });

const policies: Refusal[] = [
  refusal(
    'a minimum over the maximum',
    [422, 'policy-minimum-exceeds-maximum'],
    () => adopt({ minRetention: 'P60D', maxRetention: 'P31D' }),
    [{ code: 'policy-minimum-exceeds-maximum', field: 'maxRetention' }],
  ),
  refusal('a new tenant whose minimum is over the maximum', [422, 'policy-minimum-exceeds-maximum'], () =>
    register({ minRetention: 'P30D', maxRetention: 'P7D' }),
  ),
  refusal('training where none is promised', [422, 'policy-training-promised-none'], () =>
    adopt({ training: 'opt-out' }),
  ),
  refusal('an unknown field of a policy', [400, 'invalid-request'], () => adopt({ [SECRET]: true })),
  refusal('an unknown pack', [400, 'invalid-request'], () => register({ pack: SECRET })),
  ...['30 days', 'P', 'PT', 'P-1D', '-P1D', '', 'P200Y', 'P1.5X', SECRET].map(duration =>
    refusal(`${JSON.stringify(duration)} as a duration`, [400, 'invalid-request'], () =>
      adopt({ minRetention: duration }),
    ),
  ),
  refusal('a tenant without a name', [400, 'invalid-request'], () => register({}, { name: '' })),
  refusal('a region that is none', [400, 'invalid-request'], () => register({}, { region: `${SECRET} 1` })),
  refusal('an unknown field of a tenant', [400, 'invalid-request'], () => register({}, { [SECRET]: 1 })),
];

describe.each([
  ['a body', bodies],
  ['an attribute', attributes],
  ['data', data],
  ['a fact', facts],
  ['a caller', callers],
  ['a read', reads],
  ['an order', orders],
  ['a policy', policies],
])('bad input, %s:', (_kind, refusals) => {
  it.each(refusals)('$title is $code and changes nothing', async ({ send, status, code, errors }) => {
    const before = await snapshot(service());
    const answer = await send();
    expect(answer.headers.get('content-type'), answer.text).toBe('application/problem+json');
    const problem = answer.as(problemAnswer);
    expect(problem).toMatchObject({ type: `/problems/${code}`, status, code });
    expect(answer.status).toBe(status);
    expect(problem.title).not.toBe('');
    expect(problem.detail).not.toBe('');
    if (errors !== undefined) expect(problem.errors).toMatchObject(errors);
    for (const secret of [SECRET, SECRET.toLowerCase(), CARD, CARD.replaceAll(' ', '')]) {
      expect(answer.text).not.toContain(secret);
    }
    expect(await snapshot(service())).toEqual(before);
  });
});

describe('the same again', () => {
  it('is a duplicate at its first position, and changes nothing', async () => {
    const before = await snapshot(service());
    const first = (await report(kept)).as(ingestAnswer);
    expect(first).toMatchObject({ accepted: 0, duplicates: 1 });
    expect((await report(kept)).as(ingestAnswer)).toEqual(first);
    expect(await snapshot(service())).toEqual(before);
  });

  it('is a duplicate beside what is new', async () => {
    const answer = await report(kept, good('beside'), kept);
    expect(answer.as(ingestAnswer)).toMatchObject({ accepted: 1, duplicates: 2 });
  });
});

describe('whatever was refused', () => {
  it('left no trace of what it said in the service’s output', async () => {
    expect(await service().output()).not.toContain(SECRET);
  });
});
