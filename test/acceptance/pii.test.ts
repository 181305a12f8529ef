import { describe, expect, it } from 'vitest';
import {
  auditAnswer,
  contentAnswer,
  exportedAnswer,
  pageAnswer,
  problemAnswer,
  requestsAnswer,
} from '../support/service-answers.ts';
import type { Answer } from '../support/service-http.ts';
import {
  cloudEvent,
  generation,
  listed,
  registerTenant,
  upload,
  type CloudEvent,
  type TestTenant,
} from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

/** Promises 7 and 8. */
const service = useService({ database: 'shared' });

const TEXT = 'call Ada at 555-0100 today';
const span = (start: number, end: number) => ({ field: 'content', start, end, category: 'phone' });
const flag = (asset: string, data: CloudEvent = { spans: [span(12, 20)] }): CloudEvent =>
  cloudEvent('pii.flagged', { subject: asset, data: { detector: 'example/finder:1', ...data } });
const clear = (asset: string): CloudEvent => cloudEvent('pii.cleared', { subject: asset, data: {} });
const note = (asset: string): CloudEvent => upload(asset, { subject: 'ada', content: TEXT });

/** What Ada sees of one asset, by each way that there is. */
interface Seen {
  readonly listed: string[];
  readonly content: Answer;
  readonly exported: unknown[];
  readonly found: string[];
}

async function seen(tenant: TestTenant, asset: string, position: number): Promise<Seen> {
  const user = await tenant.user('ada');
  // First, since it waits for the view.
  const shown = await listed(tenant, user, 'ada', '', position);
  const exported = await user.get(tenant.path('/subjects/ada/export'));
  return {
    listed: shown,
    content: await user.get(tenant.path(`/assets/${asset}/content`)),
    exported: exported
      .lines(exportedAnswer)
      .flatMap(({ contents }) => contents.map(({ content }) => content)),
    found: await listed(tenant, user, 'ada', '?q=555-0100'),
  };
}

const contentIn = ({ content }: Seen): unknown => content.as(contentAnswer).contents.map(one => one.content);
const codeIn = ({ content }: Seen): string => content.as(problemAnswer).code;
const withAction = (piiAction: string): Promise<TestTenant> => registerTenant(service(), { piiAction });

async function expectUntouched(tenant: TestTenant, asset: string, position: number): Promise<void> {
  const all = await seen(tenant, asset, position);
  expect(all.listed).toEqual([asset]);
  expect(contentIn(all)).toEqual([{ content: TEXT }]);
  expect(all.exported).toEqual([{ content: TEXT }]);
  expect(all.found).toEqual([asset]);
}

describe('personal data that is found', () => {
  it('is shown with its flag where the policy says flag', async () => {
    const tenant = await withAction('flag');
    await tenant.report(note('note'));
    const position = await tenant.report(flag('note'));
    await expectUntouched(tenant, 'note', position);
    const page = (await tenant.admin.get(tenant.path('/subjects/ada/assets'))).as(pageAnswer);
    expect(page.items).toMatchObject([{ piiAction: 'flag' }]);
    await expectUntouched(tenant, 'note', await tenant.report(clear('note')));
  });

  it('is replaced, in every way of reading, where the policy says mask', async () => {
    const tenant = await withAction('mask');
    await tenant.report(note('note'));
    const all = await seen(tenant, 'note', await tenant.report(flag('note')));
    expect(all.listed).toEqual(['note']);
    expect(all.content.text).not.toContain('555-0100');
    expect(contentIn(all)).toEqual([{ content: expect.stringMatching(/^call Ada at \S+ today$/) as string }]);
    expect(JSON.stringify(all.exported)).not.toContain('555-0100');
    expect(all.found).toEqual([]);
    await expectUntouched(tenant, 'note', await tenant.report(clear('note')));
  });

  it('takes the whole field along where a flag to mask says no place', async () => {
    const tenant = await withAction('mask');
    await tenant.report(note('note'));
    const all = await seen(tenant, 'note', await tenant.report(flag('note', {})));
    expect(JSON.stringify([contentIn(all), all.exported])).not.toContain('Ada');
  });

  it.each([
    ['says no place', {}],
    ['names a field that is not there', { spans: [{ ...span(0, 4), field: 'elsewhere' }] }],
  ])('stays wholly masked when one flag %s and another one place', async (_title, placeless) => {
    const tenant = await withAction('mask');
    await tenant.report(note('note'));
    await tenant.report(flag('note', placeless));
    const all = await seen(tenant, 'note', await tenant.report(flag('note')));
    expect(JSON.stringify([contentIn(all), all.exported])).not.toContain('Ada');
  });

  it('masks what is no text whole', async () => {
    const tenant = await withAction('mask');
    const parameters = { caption: 'call 555-0100' };
    await tenant.report(
      cloudEvent('generation.requested', {
        subject: 'note',
        data: { subject: 'ada', prompt: TEXT, parameters },
      }),
    );
    const position = await tenant.report(flag('note', { spans: [{ ...span(0, 4), field: 'parameters' }] }));
    const all = await seen(tenant, 'note', position);
    expect(contentIn(all)).toEqual([{ prompt: TEXT, parameters: '[PII]' }]);
  });

  it('is replaced in the one field that holds it, and by every flag', async () => {
    const tenant = await withAction('mask');
    await tenant.report(
      upload('note', { subject: 'ada', content: TEXT, fileName: 'a call at 555-0100.txt' }),
    );
    await tenant.report(flag('note'));
    const position = await tenant.report(flag('note', { spans: [span(5, 8)] }));
    const [content] = (await seen(tenant, 'note', position)).content.as(contentAnswer).contents;
    expect(content?.content['fileName']).toBe('a call at 555-0100.txt');
    expect(content?.content['content']).toMatch(/^call \S+ at \S+ today$/);
    expect(content?.content['content']).not.toMatch(/Ada|555/);
  });

  it('takes the asset out of its user’s view, where the policy says hide', async () => {
    const tenant = await withAction('hide');
    await tenant.report(note('note'));
    const all = await seen(tenant, 'note', await tenant.report(flag('note')));
    expect(all).toMatchObject({ listed: [], exported: [], found: [] });
    expect(codeIn(all)).toBe('asset-withheld');
    const described = await (await tenant.user('ada')).get(tenant.path('/assets/note'));
    expect(described.as(problemAnswer)).toMatchObject({ status: 403, code: 'asset-withheld' });
    await expectUntouched(tenant, 'note', await tenant.report(clear('note')));
  });

  it('starts a deletion where the policy says delete, which no clearing takes back', async () => {
    const tenant = await withAction('delete');
    await tenant.report(note('note'));
    const all = await seen(tenant, 'note', await tenant.report(flag('note')));
    expect(all).toMatchObject({ listed: [], exported: [], found: [] });
    expect(codeIn(all)).toBe('asset-deleted');
    const requests = await tenant.dpo.get(tenant.path('/deletion-requests'));
    expect(requests.as(requestsAnswer).items).toMatchObject([
      { asset: 'note', cause: 'pii', state: 'hidden' },
    ]);
    expect(codeIn(await seen(tenant, 'note', await tenant.report(clear('note'))))).toBe('asset-deleted');
  });

  it('stays as strict as it was when the policy becomes milder', async () => {
    const tenant = await withAction('hide');
    await tenant.report(note('note'));
    await tenant.report(flag('note'));
    const policy = { minRetention: 'PT1H', maxRetention: 'P30D', piiAction: 'flag' };
    expect((await tenant.admin.put(tenant.path('/policy'), policy)).status).toBe(200);
    const position = await tenant.report(flag('note', { spans: [span(5, 8)] }));
    expect(await seen(tenant, 'note', position)).toMatchObject({ listed: [], exported: [], found: [] });
  });
});

describe('a personalized answer', () => {
  const answer = (asset: string): CloudEvent =>
    generation(asset, { subject: 'ada', output: TEXT, personalized: true });

  it.each(['mask', 'hide', 'delete'])('takes the path of a finding: %s', async action => {
    const tenant = await withAction(action);
    const position = await tenant.report(answer('reply'));
    const all = await seen(tenant, 'reply', position);
    expect(all.found).toEqual([]);
    expect(JSON.stringify(all.exported) + all.content.text).not.toContain('555-0100');
    expect(all.listed).toEqual(action === 'mask' ? ['reply'] : []);
  });

  it('is flagged by its caller, where the policy says flag', async () => {
    const tenant = await withAction('flag');
    const position = String(await tenant.report(answer('reply')));
    const page = await tenant.admin.get(tenant.path('/subjects/ada/assets'), {
      'lethe-min-position': position,
    });
    expect(page.as(pageAnswer).items).toMatchObject([{ asset: 'reply', piiAction: 'flag' }]);
    const audit = await tenant.auditor.get(tenant.path('/audit?action=pii.flagged'));
    expect(audit.as(auditAnswer).items).toMatchObject([{ target: 'reply' }]);
  });
});
