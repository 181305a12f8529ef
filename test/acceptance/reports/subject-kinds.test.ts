import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { erasureCertificate, erasureReceipt } from '../../../src/domain/certificate/schemas.ts';
import type { OpenBundle } from '../../support/bundle.ts';
import { deletionAnswer, problemAnswer } from '../../support/service-answers.ts';
import { needlesOf, searchFiles } from '../../support/service-search.ts';
import {
  askFor,
  checkedBundle,
  download,
  reportAnswer,
  until,
  verifierKey,
} from '../../support/service-reports.ts';
import {
  cloudEvent,
  generation,
  registerTenant,
  upload,
  type TestTenant,
} from '../../support/service-tenant.ts';
import { useService } from '../../support/service.ts';

const service = useService({ database: 'shared' });
const word = `Morgenrot${randomBytes(6).toString('hex')}`;
const user = `${word.toLowerCase()}@example.test`;
const row = z.record(z.string(), z.unknown());
const rowsOf = (bundle: OpenBundle, name: string): Record<string, unknown>[] =>
  bundle.lines(`data/${name}.ndjson`).map(line => row.parse(line));

/** A tenant with one user: `kept` is visible, `deleted` is hidden and retained, `gone` is erased. */
async function prepare(policy: Record<string, unknown>): Promise<TestTenant> {
  const tenant = await registerTenant(service(), policy);
  await tenant.report(
    cloudEvent('account.registered', {
      data: { subject: user, plan: 'free', name: `Ada ${word}`, email: user },
    }),
    upload('kept', { subject: user, content: `kept ${word}`, fileName: `${word}.png` }),
    generation('made', { subject: user, output: `made ${word}`, parents: ['kept'] }),
    upload('deleted', { subject: user, content: `deleted ${word}` }),
    upload('other', { subject: `other-${user}`, content: `other ${word}` }),
  );
  return tenant;
}

async function erase(tenant: TestTenant, asset: string): Promise<string> {
  const asked = await tenant.dpo.delete(tenant.path(`/assets/${asset}`));
  expect(asked.status, asked.text).toBe(200);
  return asked.as(deletionAnswer).id;
}

const state: { tenant?: TestTenant; key?: string; dir?: string; deletion?: string } = {};
const tenant = (): TestTenant => state.tenant ?? expect.fail('no tenant');
const key = (): string => state.key ?? expect.fail('no key');

beforeAll(async () => {
  state.dir = await mkdtemp(join(tmpdir(), 'lethe-bundles-'));
  state.tenant = await prepare({ pack: 'neuralseek', minRetention: 'PT1H' });
  state.key = await tenant().key('subject', { subject: user });
  state.deletion = await erase(tenant(), 'deleted');
});
afterAll(async () => {
  if (state.dir !== undefined) await rm(state.dir, { recursive: true, force: true });
});

async function verified(whose: TestTenant, name: string, bytes: Buffer | string): Promise<void> {
  const file = join(state.dir ?? '', name);
  await writeFile(file, bytes);
  const verdict = await service().command('verify', file, '--key', await verifierKey(whose));
  expect(verdict.code, verdict.output).toBe(0);
}

describe('an access report while an asset is hidden but retained (attempt 5)', () => {
  it('says so, with ground and date, and does not copy it where it is kept for safety only (promise 11)', async () => {
    const { bundle, bytes } = await checkedBundle(service(), tenant(), key(), { kind: 'access' });
    const assets = rowsOf(bundle, 'assets');
    expect(assets.map(({ asset }) => asset).toSorted()).toEqual(['deleted', 'kept', 'made']);
    expect(assets.find(({ asset }) => asset === 'deleted')).toMatchObject({
      status: 'hidden',
      basis: 'abuse-monitoring',
      eraseAt: expect.stringMatching(/^\d{4}-/) as string,
    });
    const contents = rowsOf(bundle, 'contents');
    expect(contents.map(({ asset, content, output }) => [asset, content ?? output]).toSorted()).toEqual([
      ['kept', `kept ${word}`],
      ['made', `made ${word}`],
    ]);
    expect(rowsOf(bundle, 'profile')).toEqual([
      { id: user, name: `Ada ${word}`, email: user, phone: null, attributes: null },
    ]);
    await verified(tenant(), 'access.zip', bytes);
  });

  it('includes it, marked, where the pack promises just that (promise 28)', async () => {
    const other = await prepare({ pack: 'deepseek', minRetention: 'PT1H' });
    await erase(other, 'deleted');
    const own = await other.key('subject', { subject: user });
    const { bundle } = await checkedBundle(service(), other, own, { kind: 'access' });
    const contents = rowsOf(bundle, 'contents');
    expect(contents.find(({ asset }) => asset === 'deleted')).toMatchObject({
      content: `deleted ${word}`,
      retained: true,
    });
    expect(contents.filter(({ retained }) => retained === false)).toHaveLength(2);
  });
});

describe('the registers in an access report', () => {
  it('name the requests of the user and the reports about it, and no authority (GDPR Art. 4(9))', async () => {
    const other = await prepare({ pack: 'neuralseek', minRetention: 'PT1H' });
    const disclosure = { ground: 'required-by-law', categories: ['content'] };
    for (const made of [
      { ...disclosure, recipient: 'District Court', kind: 'authority', authority: 'docket-17' },
      { ...disclosure, recipient: 'Audit Ltd', kind: 'audit', ground: 'agreed-in-writing' },
    ])
      expect((await other.dpo.post(other.path('/disclosures'), made)).status).toBe(201);
    const objection = { subject: user, kind: 'objection', purpose: 'analytics' };
    expect((await other.dpo.post(other.path('/data-requests'), objection)).status).toBe(201);
    const own = await other.key('subject', { subject: user });
    const { bundle } = await checkedBundle(service(), other, own, { kind: 'access' });
    expect(rowsOf(bundle, 'disclosures').map(({ recipient }) => recipient)).toEqual(['Audit Ltd']);
    const types = rowsOf(bundle, 'history').map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['dsr.received', 'dsr.fulfilled', 'report.requested']));
    expect(new Set(rowsOf(bundle, 'history').map(({ position }) => position)).size).toBe(types.length);
  });
});

describe('a portability report', () => {
  it('has what the user provided and made, and nothing that was deleted or is of others', async () => {
    const { bundle, bytes } = await checkedBundle(service(), tenant(), key(), { kind: 'portability' });
    expect(rowsOf(bundle, 'assets').map(({ asset }) => asset)).toEqual(['kept', 'made']);
    const data = bundle.paths
      .filter(path => path.startsWith('data/'))
      .map(path => bundle.text(path))
      .join('\n');
    expect(data).not.toContain(`deleted ${word}`);
    expect(data).not.toContain(`other ${word}`);
    await verified(tenant(), 'portability.zip', bytes);
  });

  it('is on record with the number of rows that were held against their schema (promise 30)', async () => {
    const { bundle } = await checkedBundle(service(), tenant(), key(), { kind: 'portability' });
    const rows = ['profile', 'assets', 'contents'].flatMap(name => rowsOf(bundle, name)).length;
    expect(rows).toBeGreaterThan(0);
    const promises = await tenant().auditor.get(tenant().path('/promises?all=true'));
    const { clauses } = promises.as(z.looseObject({ clauses: z.array(row) }));
    const clause = clauses.find(({ number }) => number === 30);
    expect(clause).toMatchObject({ status: 'holds', numbers: { unchecked: 0, failed: 0 } });
    expect(row.parse(clause?.['numbers'])['rowsChecked']).toBeGreaterThanOrEqual(rows);
  });

  it('lies on the disk sealed: no file holds a word of it', async () => {
    const report = await askFor(tenant(), service().callerWith(key()), { kind: 'portability' });
    await until(tenant(), service().callerWith(key()), report, 'issued');
    expect(await searchFiles(join(service().dataDir, 'exports'), needlesOf(word))).toEqual([]);
  });
});

describe('a receipt', () => {
  it('says what was hidden, what remains on which ground, and until when; alone and as a bundle', async () => {
    const path = tenant().path(`/deletion-requests/${state.deletion ?? ''}/receipt`);
    const answer = await service().callerWith(key()).get(path);
    expect(answer.status, answer.text).toBe(200);
    const receipt = answer.as(erasureReceipt);
    expect(receipt).toMatchObject({ state: 'hidden', scope: 'asset', cause: 'dpo' });
    expect(receipt.remains).toEqual([
      { asset: 'deleted', ground: 'abuse-monitoring', eraseBy: receipt.eraseBy, erasedAt: null },
    ]);
    expect(receipt.evidence.length).toBeGreaterThanOrEqual(2);
    await verified(tenant(), 'receipt.json', answer.text);
    const { bundle, bytes } = await checkedBundle(service(), tenant(), key(), { kind: 'erasure-receipt' });
    expect(erasureReceipt.parse(bundle.json('receipt.json')).request).toBe(state.deletion);
    await verified(tenant(), 'receipt.zip', bytes);
  });

  it('comes as PDF to whoever asks for that', async () => {
    const path = tenant().path(`/deletion-requests/${state.deletion ?? ''}/receipt`);
    const pdf = await service().callerWith(key()).get(path, { accept: 'application/pdf' });
    expect(pdf.status).toBe(200);
    expect(pdf.headers.get('content-type')).toContain('application/pdf');
    expect(pdf.text.startsWith('%PDF-1.7')).toBe(true);
  });

  it('comes before a certificate, which is not given for what still exists', async () => {
    const path = tenant().path(`/deletion-requests/${state.deletion ?? ''}/certificate`);
    const refused = await service().callerWith(key()).get(path);
    expect([refused.status, refused.as(problemAnswer).code]).toEqual([409, 'certificate-not-ready']);
    const order = { kind: 'erasure-certificate', request: state.deletion };
    const asked = await service().callerWith(key()).post(tenant().path('/reports'), order);
    expect([asked.status, asked.as(problemAnswer).code]).toEqual([404, 'deletion-request-not-found']);
  });
});

describe('an erasure', () => {
  it('outdates reports that hold the asset, and is certified', async () => {
    const short = await prepare({ pack: 'neuralseek', minRetention: 'PT1S' });
    const own = await short.key('subject', { subject: user });
    const me = service().callerWith(own);
    const { report } = await checkedBundle(service(), short, own, { kind: 'access' });
    const request = await erase(short, 'kept');
    const refused = await download(service(), short, own, report);
    expect([refused.status, refused.bytes.toString()]).toEqual([
      410,
      expect.stringContaining('"report-outdated"'),
    ]);
    await until(short, me, report, 'expired');
    await vi.waitFor(
      async () => {
        const answer = await me.get(short.path(`/deletion-requests/${request}/certificate`));
        expect(answer.status, answer.text).toBe(200);
        const certificate = answer.as(erasureCertificate);
        expect(certificate.erased.map(({ asset, keys }) => [asset, keys.length])).toEqual([['kept', 1]]);
        expect(certificate.sanitization).toMatchObject({ method: 'purge', technique: 'cryptographic-erase' });
        expect(certificate.stores.map(({ store }) => store)).toContain('exports');
        await verified(short, 'certificate.json', answer.text);
      },
      { timeout: 20_000, interval: 200 },
    );
    const order = { kind: 'erasure-certificate', request };
    const { bundle, bytes } = await checkedBundle(service(), short, own, order);
    expect(erasureCertificate.parse(bundle.json('certificate.json')).request).toBe(request);
    await verified(short, 'certificate.zip', bytes);
    const again = await checkedBundle(service(), short, own, { kind: 'access' });
    const text = again.bundle.paths.map(path => again.bundle.text(path)).join('\n');
    expect(text).not.toContain(`kept ${word}`);
    expect(rowsOf(again.bundle, 'assets').find(({ asset }) => asset === 'kept')).toMatchObject({
      status: 'erased',
    });
    const listed = await me.get(short.path('/reports'));
    expect(listed.as(z.looseObject({ items: z.array(reportAnswer) })).items.map(found => found.kind)).toEqual(
      ['access', 'erasure-certificate', 'access'],
    );
  });
});
