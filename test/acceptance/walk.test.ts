import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import {
  assetAnswer,
  certificateAnswer,
  contentAnswer,
  deletionAnswer,
  exportedAnswer,
  problemAnswer,
  requestAnswer,
  retentionAnswer,
} from '../support/service-answers.ts';
import type { Caller } from '../support/service-http.ts';
import { useService } from '../support/service.ts';
import {
  needlesOf,
  searchEverywhere,
  searchFiles,
  searchLog,
  searchTables,
} from '../support/service-search.ts';
import {
  type CloudEvent,
  cloudEvent,
  generation,
  listed,
  registerTenant,
  upload,
  type TestTenant,
} from '../support/service-tenant.ts';
import { openForSafety } from '../support/service-safety.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const WINDOW_MS = 5_000;
const UNTIL_ERASED = { timeout: WINDOW_MS + 20_000, interval: 100 };

/** A word that nothing else holds; every personal value below has it, or is looked for by itself. */
const word = `Zwielicht${randomBytes(6).toString('hex')}`;
const user = `${word.toLowerCase()}@example.test`;
const ipv4 = '198.51.100.173';
const ipv6 = '2001:db8:5eed:1:2:3:4:5';
const network = {
  device: `device ${word}`,
  session: `session ${word}`,
  paymentFingerprint: `payment ${word}`,
  userAgent: `Browser ${word}`,
};
const needles = [word, word.toLowerCase(), ipv4, ipv6].flatMap(needlesOf);

/** A picture and an answer made from it. */
const madeOf = (picture: string, answer: string): CloudEvent[] => [
  upload(picture, {
    subject: user,
    content: `the upload says ${word}`,
    fileName: `${word}.png`,
    ip: ipv4,
    ...network,
  }),
  generation(answer, {
    subject: user,
    output: `the answer says ${word}`,
    ip: ipv6,
    parents: [picture],
    ...network,
  }),
];
const flagged = (asset: string): CloudEvent =>
  cloudEvent('pii.flagged', {
    subject: asset,
    data: { spans: [{ field: 'content', start: 16, end: 37, category: word }] },
  });
/** What its user still sees once `picture` is deleted. */
const KEPT = ['answer', 'sketch', 'caption'];

const service = useService({ database: 'embedded', env: { LETHE_LOG_LEVEL: 'trace' } });
const state: { tenant?: TestTenant; me?: Caller; asked?: string } = {};
const tenant = (): TestTenant => state.tenant ?? expect.fail('no tenant was registered');
const me = (): Caller => state.me ?? expect.fail('the user has no key');

const contentOf = (asset: string) => me().get(tenant().path(`/assets/${asset}/content`));
const exported = async (): Promise<string[]> => {
  const answer = await me().get(tenant().path(`/subjects/${encodeURIComponent(user)}/export`));
  expect(answer.status, answer.text).toBe(200);
  return answer.lines(exportedAnswer).map(({ asset }) => asset);
};
const found = (words: string): Promise<string[]> =>
  listed(tenant(), me(), user, `?q=${encodeURIComponent(words)}`);

describe('an asset from upload to certificate', () => {
  it('is taken with everything personal that a platform can report', async () => {
    state.tenant = await registerTenant(service(), { minRetention: 'PT5S', maxRetention: 'P30D' });
    state.me = service().callerWith(await tenant().key('subject', { subject: user }));
    await tenant().report(
      cloudEvent('account.registered', {
        data: { subject: user, plan: 'free', name: `Ada ${word}`, email: user, phone: `+1 ${word}` },
      }),
      ...madeOf('sketch', 'caption'),
    );
    await tenant().report(flagged('sketch'));
  });

  it('is in its user’s list, content, search and export', async () => {
    await vi.waitFor(
      async () => expect(await listed(tenant(), me(), user)).toEqual(['sketch', 'caption']),
      PATIENCE,
    );
    const answer = await contentOf('sketch');
    expect(answer.as(contentAnswer).contents[0]?.content).toMatchObject({
      content: `the upload says ${word}`,
    });
    expect(answer.text).not.toContain(ipv4);
    expect(await found(`answer says ${word.toUpperCase()}`)).toEqual(['caption']);
    expect(await exported()).toEqual(['sketch', 'caption']);
  });

  it('is in no file, table, log line or metric in clear, while it is visible', async () => {
    expect(await searchEverywhere(service(), needles)).toEqual([]);
  });

  it('would be found if it were: a search for an asset id finds the log and its file', async () => {
    const control = needlesOf('asset/sketch').filter(({ name }) => name.endsWith('utf-8'));
    const tables = await searchTables(await service().databaseUrl(), control);
    expect(tables.map(({ place }) => place)).toContain('table keys.data_keys');
    expect(await searchLog(service(), control)).not.toEqual([]);
    const files = await searchFiles(service().dataDir, control);
    expect(files.some(({ place }) => place.includes('/pg_wal/'))).toBe(true);
    expect(files.some(({ place }) => place.includes('/base/'))).toBe(true);
  });

  it('is gone for its user with the answer to the deletion, from the first read on', async () => {
    // Newly made, so that the window does not end while the test is still looking.
    const position = await tenant().report(...madeOf('picture', 'answer'));
    await tenant().report(flagged('picture'));
    expect(await listed(tenant(), me(), user, '', position)).toContain('picture');
    const asked = await me().post(tenant().path('/deletion-requests'), { subject: user, asset: 'picture' });
    expect(asked.status, asked.text).toBe(201);
    const receipt = asked.as(deletionAnswer);
    state.asked = receipt.id;
    const [list, content, described, search, all] = await Promise.all([
      listed(tenant(), me(), user),
      contentOf('picture'),
      me().get(tenant().path('/assets/picture')),
      found(word),
      exported(),
    ]);
    expect(list).toEqual(KEPT);
    expect(search).toEqual(KEPT);
    expect(all).toEqual(KEPT);
    for (const gone of [content, described]) {
      expect(gone.status, gone.text).toBe(410);
      expect(gone.as(problemAnswer)).toMatchObject({ code: 'asset-deleted', eraseAt: receipt.eraseAt });
      expect(gone.text).not.toContain(word);
    }
    expect(Date.parse(receipt.eraseAt)).toBeGreaterThan(Date.parse(receipt.hiddenAt));
    expect(receipt.descendants).toEqual({ action: 'flag', assets: ['answer'] });
  });

  it('still opens for the safety purpose while the window lasts', async () => {
    expect(await openForSafety(service(), tenant().id, 'picture')).toMatchObject([
      { content: { content: `the upload says ${word}` }, network: { ip: ipv4, device: network.device } },
      { content: { spans: [{ category: word }] } },
    ]);
  });

  it('opens for nobody after the window, and a certificate says which keys went, how, when and where', async () => {
    const request = await vi.waitFor(async () => {
      const answer = await me().get(tenant().path(`/deletion-requests/${state.asked ?? ''}`));
      const read = answer.as(requestAnswer);
      expect(read).toMatchObject({
        state: 'erased',
        certificate: { certifiedPosition: expect.any(Number) as number },
      });
      return read;
    }, UNTIL_ERASED);
    const certificate = certificateAnswer.parse(request.certificate);
    expect(certificate).toMatchObject({
      method: 'cryptographic-erase',
      epoch: 1,
      hiddenAt: request.hiddenAt,
    });
    expect(certificate.keys).toHaveLength(1);
    expect(Date.parse(certificate.erasedAt)).toBeGreaterThanOrEqual(Date.parse(request.eraseAt ?? ''));
    expect(certificate.certifiedPosition).toBeGreaterThan(certificate.position);

    expect(await openForSafety(service(), tenant().id, 'picture')).toMatchObject([
      { content: 'erased', network: 'erased' },
      { content: 'erased' },
    ]);
    const gone = await contentOf('picture');
    expect(gone.status).toBe(410);
    const { keys, erasedAt } = certificate;
    const proof = { keys, erasedAt, method: 'cryptographic-erase', certificate: certificate.id };
    expect(gone.as(problemAnswer)).toMatchObject({ code: 'asset-erased', erasure: proof });
    const statement = (await me().get(tenant().path('/assets/picture/retention'))).as(retentionAnswer);
    expect(statement).toMatchObject({ status: 'erased', erasure: { position: certificate.position, keys } });
  });

  it('leaves what is not deleted as it was', async () => {
    expect((await contentOf('answer')).as(contentAnswer).contents).toHaveLength(1);
    const described = (await me().get(tenant().path('/assets/answer'))).as(assetAnswer);
    expect(described).toMatchObject({ asset: 'answer', status: 'visible', parents: ['picture'] });
  });

  it('is in no file, table, log line or metric in clear, after all of this', async () => {
    expect(await searchEverywhere(service(), needles)).toEqual([]);
    expect(await service().stop()).toBe(0);
    expect(await searchFiles(service().dataDir, needles)).toEqual([]);
  });
});
