import { describe, expect, test } from 'vitest';
import { verifyDocument } from '../../../src/domain/bundle/verify-document.ts';
import { readPins } from '../../../src/domain/bundle/pins.ts';
import { bundleOf, type BundleParts } from '../../support/bundles/bundle-parts.ts';
import { certificateOf, erasureLog, EVIDENCE, receiptOf } from '../../support/bundles/erasure-documents.ts';
import { lines, resigned } from '../../support/bundles/tamper.ts';
import { envelope, TestLog, type EnvelopeFacts } from '../../support/bundles/test-log.ts';
import { verified } from '../../support/bundles/verified.ts';

const OTHER = '0197f0aa-9999-7000-8000-000000000009';
const log = erasureLog();
const codes = ({ findings }: { findings: readonly { part: string; code: string }[] }) =>
  findings.map(({ part, code }) => `${part} ${code}`);
const bundle = (files: Record<string, string>, kind: 'erasure-certificate' | 'erasure-receipt') =>
  bundleOf(log, { kind, leaves: EVIDENCE, files });
const check = (made: BundleParts, from = log) => verified(made, { key: from.signer.vkey });
const alone = (text: string, from = log) =>
  verifyDocument(Buffer.from(text), 'certificate.json', readPins({ key: from.signer.vkey }));

/** The story with one more event, or another one, and the key of a log of its own. */
const storyWith = (n: number, facts: EnvelopeFacts): TestLog =>
  new TestLog(log.envelopes.with(n, envelope(n, facts)));

describe('events without a proof', () => {
  test('behind the last proof are refused, though the manifest counts the proven ones', async () => {
    const own = TestLog.of(9);
    const made = bundleOf(own, { kind: 'access', leaves: [2, 7] });
    const forged = String(envelope(8, { type: 'deletion.requested' }));
    const more = resigned(
      made,
      own.signer,
      'log/entries.ndjson',
      lines(all => [...all, forged]),
    );
    expect(more.manifest.log.events).toBe(2);
    expect(codes(await check(more, own))).toEqual(['log/entries.ndjson inclusion-count-differs']);
  });

  test('are read to the end, so that their file is held against its hash', async () => {
    const own = TestLog.of(9);
    const made = bundleOf(own, { kind: 'access', leaves: [2, 7] });
    const cut = resigned(
      made,
      own.signer,
      'log/inclusion.ndjson',
      lines(([first = '']) => [first]),
    );
    const parts = cut.parts.map(part =>
      part.name === 'log/entries.ndjson'
        ? { ...part, bytes: Buffer.from(String(part.bytes).replace('asset-7', 'asset-8')) }
        : part,
    );
    expect(codes(await check({ ...cut, parts }, own))).toContain('log/entries.ndjson hash-differs');
  });
});

describe('the document of a bundle', () => {
  const [certificate, receipt] = [JSON.stringify(certificateOf(log)), JSON.stringify(receiptOf(log))];

  test('has to be there where the kind is made of one', async () => {
    expect(codes(await check(bundle({}, 'erasure-certificate')))).toEqual(['certificate.json file-missing']);
  });

  test('is checked beside another', async () => {
    const false_ = JSON.stringify({ ...receiptOf(log), request: OTHER });
    const both = bundle({ 'certificate.json': certificate, 'receipt.json': false_ }, 'erasure-receipt');
    expect(codes(await check(both))).toContain('receipt.json claim-unproven');
  });

  test('is of the form that its name says', async () => {
    const swapped = bundle({ 'certificate.json': receipt }, 'erasure-certificate');
    expect(codes(await check(swapped))).toEqual(['certificate.json document-invalid']);
  });

  test('is about the user that the bundle is about', async () => {
    const made = bundleOf(log, {
      ...{ kind: 'erasure-certificate', leaves: EVIDENCE, files: { 'certificate.json': certificate } },
      manifest: { subject: OTHER },
    });
    expect(codes(await check(made))).toEqual(['certificate.json document-invalid']);
  });
});

describe('a certificate that stands alone', () => {
  test('holds as it was given', () => {
    expect(alone(JSON.stringify(certificateOf(log), undefined, 2)).findings).toEqual([]);
  });

  test.each([
    ['before', (text: string) => text.replace('{', '{"erasedAt":"2020-01-01T00:00:00.000Z",')],
    ['escaped', (text: string) => text.replace('{', '{"erased\\u0041t":"2020-01-01T00:00:00.000Z",')],
    ['deep inside', (text: string) => text.replace('"keys":', '"keys":[],"keys":')],
  ])('cannot name a field twice, for those who read the other one: %s', (_, change) => {
    const text = change(JSON.stringify(certificateOf(log)));
    expect(JSON.parse(text)).toEqual(certificateOf(log));
    expect(codes(alone(text))).toEqual(['certificate.json document-invalid']);
  });

  test.each([
    ['scope', { scope: 'account' }, 'claim-differs'],
    ['subject', { subject: OTHER }, 'claim-unproven'],
    ['cause', { cause: 'dpo' }, 'claim-differs'],
    ['certificate', { certificate: OTHER }, 'claim-unproven'],
    ['hiddenAt, at the time of the request', { hiddenAt: '2026-03-01T00:00:05.000Z' }, 'claim-differs'],
  ] as const)('claims no other %s than its events', (_, change, code) => {
    expect(codes(alone(JSON.stringify({ ...certificateOf(log), ...change })))).toContain(
      `certificate.json ${code}`,
    );
  });

  test('takes no date from an event of another request', () => {
    const hidden = { request: OTHER, cause: 'user', eraseAt: '2026-03-01T00:05:00.000Z', basis: 'none' };
    const mixed = storyWith(3, { type: 'asset.hidden', asset: 'asset-1', data: hidden });
    const evidence = [...certificateOf(mixed).evidence];
    evidence.unshift({ envelope: String(mixed.envelopes[3]), index: 3, proof: mixed.inclusion(3) });
    const earlier = '2026-03-01T00:00:03.000Z';
    for (const claim of [{ hiddenAt: earlier }, { requestedAt: earlier }]) {
      const text = JSON.stringify({ ...certificateOf(mixed), evidence, ...claim });
      expect(codes(alone(text, mixed))).toEqual(['certificate.json claim-differs']);
    }
  });

  test('is behind no horizon with keys of which nobody says the epoch', () => {
    const text = String(log.envelopes[9]).replace('"epoch":4,', '');
    const unknown = new TestLog(log.envelopes.with(9, Buffer.from(text)));
    const document = certificateOf(unknown);
    const erased = document.erased.map(one => ({ ...one, epoch: null }));
    expect(codes(alone(JSON.stringify({ ...document, erased }), unknown))).toEqual([
      'certificate.json claim-unproven',
    ]);
  });

  test('is beyond backup at once where its horizon came before the erasure', () => {
    const early = storyWith(12, {
      type: 'horizon.reached',
      data: { epoch: 5, at: '2026-03-01T00:01:00.000Z' },
    });
    const document = certificateOf(early);
    const claimed = (at: string) => codes(alone(JSON.stringify({ ...document, beyondBackupAt: at }), early));
    expect(claimed(document.erasedAt)).toEqual([]);
    expect(claimed('2026-03-01T00:01:00.000Z')).toEqual(['certificate.json claim-unproven']);
  });
});

test('a receipt that says that everything is erased lists nothing that is not', () => {
  const document = receiptOf(log);
  const remains = document.remains.map(one => ({ ...one, erasedAt: null }));
  expect(codes(alone(JSON.stringify({ ...document, remains })))).toEqual(['certificate.json claim-differs']);
});

test('a range that ends before the log, and one without events, say what they leave to the service', async () => {
  const own = TestLog.of(9);
  const said = async (from: number, to: number, manifest = {}) =>
    (await check(bundleOf(own, { kind: 'retention', leaves: { from, to }, manifest }), own)).checks.find(
      ({ name }) => name === 'events',
    )?.says;
  expect(await said(0, 9)).toContain('the whole log, complete and in order');
  expect(await said(0, 2)).toContain('that nothing of the period follows is the word of the service');
  expect(await said(9, 9, { period: { to: '2026-03-01T00:00:00.000Z' } })).toContain(
    'that none lies in the period is the word of the service',
  );
});
