import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { auditAnswer, contentAnswer, pageAnswer, problemAnswer } from '../support/service-answers.ts';
import { needlesOf, searchEverywhere } from '../support/service-search.ts';
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

/** Promises 7 and 8, by the service's own detector. */
const service = useService({ database: 'shared' });

const PATIENCE = { timeout: 20_000, interval: 50 };
const CARD = '4111111111111111';
const TEXT = `charge ${CARD} and write to a.lovelace@example.test`;

const detecting = (policy: CloudEvent = {}): Promise<TestTenant> =>
  registerTenant(service(), { piiDetection: 'on', ...policy });
const note = (asset: string, content = TEXT): CloudEvent => upload(asset, { subject: 'ada', content });

/** Targets of the trail's events of a type. */
async function targets(tenant: TestTenant, action: string): Promise<(string | null)[]> {
  const page = (await tenant.auditor.get(tenant.path(`/audit?action=${action}`))).as(auditAnswer);
  return page.items.map(({ target }) => target);
}

const untilFlagged = (tenant: TestTenant, asset: string): Promise<void> =>
  vi.waitFor(async () => {
    const flagged = await targets(tenant, 'pii.flagged');
    if (!flagged.includes(asset)) throw new Error(`${asset} is not flagged`);
  }, PATIENCE);

/** What was reported before it has been looked through when this one, reported after it, is flagged. */
async function untilLookedThrough(tenant: TestTenant): Promise<void> {
  await tenant.report(note('sentinel'));
  await untilFlagged(tenant, 'sentinel');
}

const content = async (tenant: TestTenant, asset: string) =>
  (await tenant.user('ada')).get(tenant.path(`/assets/${asset}/content`));

describe('the detector, where the policy has it on', () => {
  it('flags what it finds, under its name and version, where the policy says flag', async () => {
    const tenant = await detecting({ piiAction: 'flag' });
    await tenant.report(note('note'));
    await untilFlagged(tenant, 'note');
    const page = await tenant.admin.get(tenant.path('/subjects/ada/assets'));
    expect(page.as(pageAnswer).items).toMatchObject([{ asset: 'note', piiAction: 'flag' }]);
    expect((await content(tenant, 'note')).as(contentAnswer).contents).toMatchObject([
      { content: { content: TEXT } },
    ]);
  });

  it('masks just the spans, in uploads, prompts and answers, where the policy says mask', async () => {
    const tenant = await detecting({ piiAction: 'mask' });
    await tenant.report(
      note('note'),
      cloudEvent('generation.requested', {
        subject: 'answer',
        data: { subject: 'ada', prompt: TEXT, parameters: { caption: TEXT } },
      }),
      generation('answer', { subject: 'ada', output: TEXT }),
    );
    await untilFlagged(tenant, 'note');
    await vi.waitFor(async () => {
      const answer = await content(tenant, 'answer');
      expect(answer.as(contentAnswer).contents).toMatchObject([
        { content: { prompt: 'charge [PAYMENT-CARD] and write to [EMAIL]', parameters: '[PII]' } },
        { content: { output: 'charge [PAYMENT-CARD] and write to [EMAIL]' } },
      ]);
    }, PATIENCE);
    expect((await content(tenant, 'note')).text).not.toContain(CARD);
  });

  it('masks an encoded text whole, since places in it are none in its encoding', async () => {
    const tenant = await detecting({ piiAction: 'mask' });
    const encoded = Buffer.from(TEXT).toString('base64');
    const data = { subject: 'ada', content: encoded, encoding: 'base64', mediaType: 'text/plain' };
    await tenant.report(upload('note', data));
    await untilFlagged(tenant, 'note');
    await vi.waitFor(
      async () => expect((await content(tenant, 'note')).text).not.toContain(encoded),
      PATIENCE,
    );
  });

  it('hides where the policy says hide', async () => {
    const tenant = await detecting({ piiAction: 'hide' });
    await tenant.report(note('note'));
    await untilFlagged(tenant, 'note');
    await vi.waitFor(async () => {
      expect(await listed(tenant, await tenant.user('ada'), 'ada')).toEqual([]);
    }, PATIENCE);
    expect((await content(tenant, 'note')).as(problemAnswer).code).toBe('asset-withheld');
  });

  it('deletes where the policy says delete', async () => {
    const tenant = await detecting({ piiAction: 'delete' });
    await tenant.report(note('note'));
    await untilFlagged(tenant, 'note');
    const answer = await content(tenant, 'note');
    expect(answer.status).toBe(410);
    expect(answer.as(problemAnswer).code).toBe('asset-deleted');
    expect(await targets(tenant, 'asset.hidden')).toEqual(['note']);
  });

  it('leaves alone what holds nothing, what is hidden, and what was never stored', async () => {
    const tenant = await detecting();
    await tenant.report(
      note('clean', 'a red bicycle against a wall'),
      note('gone'),
      cloudEvent('deletion.requested', { subject: 'gone', data: {} }),
      upload('unstored', { subject: 'ada', content: TEXT, store: false }),
    );
    await untilLookedThrough(tenant);
    expect(new Set(await targets(tenant, 'pii.flagged'))).toEqual(new Set(['sentinel']));
  });

  it('is off unless the policy has it on, and starts with the policy that has', async () => {
    const tenant = await registerTenant(service(), { piiDetection: 'off' });
    await tenant.report(note('before'));
    const other = await detecting();
    await untilLookedThrough(other);
    expect(await targets(tenant, 'pii.flagged')).toEqual([]);
    const adopted = await service().operator.put(tenant.path('/policy'), { piiDetection: 'on' });
    expect(adopted.status, adopted.text).toBe(200);
    await tenant.report(note('after'));
    await untilFlagged(tenant, 'after');
    expect(new Set(await targets(tenant, 'pii.flagged'))).toEqual(new Set(['after']));
  });

  it('puts nothing of what it found anywhere in clear', async () => {
    const word = `zwielicht${randomBytes(6).toString('hex')}`;
    const tenant = await detecting({ piiAction: 'mask' });
    await tenant.report(note('note', `my name is Karla, write to ${word}@example.test`));
    await untilFlagged(tenant, 'note');
    expect(await searchEverywhere(service(), needlesOf(word))).toEqual([]);
  });

  it('counts its openings and its flags', async () => {
    const tenant = await detecting();
    await untilLookedThrough(tenant);
    const metrics = await service().callerWith(undefined).get('/metrics');
    expect(metrics.text).toMatch(/lethe_key_openings_total\{purpose="safety"\} [1-9]/);
    expect(metrics.text).toMatch(/lethe_pii_flags_total [1-9]/);
  });
});
