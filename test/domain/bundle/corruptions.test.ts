import { describe, expect, test } from 'vitest';
import type { FindingCode } from '../../../src/domain/bundle/findings.ts';
import type { InclusionLine, RangeProof } from '../../../src/domain/bundle/manifest.ts';
import type { ErasureCertificate, ErasureReceipt } from '../../../src/domain/certificate/schemas.ts';
import { bundleOf, filesOf, signed, type BundleParts } from '../../support/bundles/bundle-parts.ts';
import { certificateOf, erasureLog, EVIDENCE, receiptOf } from '../../support/bundles/erasure-documents.ts';
import { noteOf, noteSigner } from '../../support/bundles/note-signer.ts';
import {
  altered,
  flippedBit,
  forged,
  json,
  lines,
  rehashed,
  resigned,
  restated,
} from '../../support/bundles/tamper.ts';
import { envelope, OTHER_TENANT, TestLog } from '../../support/bundles/test-log.ts';
import { verified } from '../../support/bundles/verified.ts';
import { renamed, renamedLocally, withHiddenBytes, zipOf } from '../../support/bundles/zip.ts';

const log = TestLog.of(23);
const foreign = TestLog.of(23, { tenant: OTHER_TENANT });
const [FROM, TO] = [6, 19];
const rows = Array.from({ length: 3 }, (_, n) => ({
  asset: `asset-${n}`,
  index: FROM + n,
  time: new Date(Date.UTC(2026, 2, 1) + (FROM + n) * 1_000).toISOString(),
  type: 'upload.received',
}));
const report = bundleOf(log, {
  kind: 'retention',
  leaves: { from: FROM, to: TO },
  files: {
    'report.pdf': '%PDF-1.7 a report for people',
    'data/assets.ndjson': rows.map(row => `${JSON.stringify(row)}\n`).join(''),
    'data/assets.csv': 'asset\r\nasset-0\r\n',
    'schemas/assets.schema.json': '{}',
  },
});
const single = bundleOf(log, { kind: 'access', leaves: [2, 7, 22] });

const erasures = erasureLog();
const bundled = (
  name: string,
  document: object,
  kind: 'erasure-certificate' | 'erasure-receipt',
): BundleParts => bundleOf(erasures, { kind, leaves: EVIDENCE, files: { [name]: JSON.stringify(document) } });
const certificate = bundled('certificate.json', certificateOf(erasures), 'erasure-certificate');
const receipt = bundled('receipt.json', receiptOf(erasures), 'erasure-receipt');

interface Corruption {
  readonly what: string;
  readonly bundle: () => BundleParts | Buffer | Promise<Buffer>;
  readonly part: string;
  readonly code: FindingCode;
}

const corruption = (
  what: string,
  part: string,
  code: FindingCode,
  bundle: Corruption['bundle'],
): Corruption => ({ what, bundle, part, code });

const flip = (bytes: Buffer): Buffer => flippedBit(bytes);
const cert = (change: (document: ErasureCertificate) => object) => () =>
  resigned(certificate, erasures.signer, 'certificate.json', json(change));
const slip = (change: (document: ErasureReceipt) => object) => () =>
  resigned(receipt, erasures.signer, 'receipt.json', json(change));
const erased = (change: Partial<ErasureCertificate['erased'][number]>) =>
  cert(document => ({ ...document, erased: document.erased.map(one => ({ ...one, ...change })) }));
const entries = (change: (lines: string[]) => readonly string[]) => () =>
  resigned(report, log.signer, 'log/entries.ndjson', lines(change));
const proofs = (change: (lines: string[]) => readonly string[]) => () =>
  resigned(single, log.signer, 'log/inclusion.ndjson', lines(change));
const firstProof = (change: (line: InclusionLine) => object) =>
  proofs(([first = '', ...rest]) => [String(json(change)(first)), ...rest]);
const range = (change: (proof: RangeProof) => object) => () =>
  resigned(report, log.signer, 'log/range-proof.json', json(change));
const manifest = (change: Parameters<typeof restated>[2]) => () => restated(report, log.signer, change);
const zipped =
  (bundle: BundleParts, change: (zip: Buffer) => Buffer, compress = true) =>
  async () =>
    change(await zipOf(filesOf(bundle), { compress }));
const files = (change: (files: ReturnType<typeof filesOf>) => ReturnType<typeof filesOf>) => () =>
  zipOf(change(filesOf(report)));

const IN_EACH_PART: readonly Corruption[] = [
  ...report.parts.map(({ name }) =>
    corruption(`a bit of ${name}`, name, 'hash-differs', () => altered(report, name, flip)),
  ),
  corruption('a bit of log/inclusion.ndjson', 'log/inclusion.ndjson', 'hash-differs', () =>
    altered(single, 'log/inclusion.ndjson', flip),
  ),
  corruption('a bit of certificate.json', 'certificate.json', 'hash-differs', () =>
    altered(certificate, 'certificate.json', flip),
  ),
  corruption('a bit of receipt.json', 'receipt.json', 'hash-differs', () =>
    altered(receipt, 'receipt.json', flip),
  ),
  corruption('a bit of the manifest', 'manifest.json', 'manifest-signature-invalid', () => ({
    ...report,
    manifest: { ...report.manifest, region: 'eu-centram' },
  })),
  corruption(
    'a space after the manifest',
    'manifest.json',
    'manifest-not-canonical',
    files(all =>
      all.map(file =>
        file.name === 'manifest.json'
          ? { ...file, bytes: Buffer.concat([file.bytes, Buffer.from(' ')]) }
          : file,
      ),
    ),
  ),
];

const LINES: readonly Corruption[] = [
  corruption(
    'the first event dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => all.slice(1)),
  ),
  corruption(
    'the last event dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => all.slice(0, -1)),
  ),
  corruption(
    'two events swapped',
    'log/entries.ndjson',
    'root-differs',
    entries(([a = '', b = '', ...rest]) => [b, a, ...rest]),
  ),
  corruption(
    'an event doubled',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(([a = '', ...rest]) => [a, a, ...rest]),
  ),
  corruption(
    'an event doubled in place of another',
    'log/entries.ndjson',
    'root-differs',
    entries(([a = '', , ...rest]) => [a, a, ...rest]),
  ),
  corruption(
    'an event added',
    'log/entries.ndjson',
    'entry-count-differs',
    entries(all => [...all, String(envelope(99, { type: 'upload.received' }))]),
  ),
  corruption(
    'an event edited',
    'log/entries.ndjson',
    'root-differs',
    entries(all => all.map(line => line.replace('asset-8', 'asset-9'))),
  ),
  corruption(
    'an event that is no JSON',
    'log/entries.ndjson',
    'entry-malformed',
    entries(([, ...rest]) => ['not json', ...rest]),
  ),
  corruption('the last line cut off', 'log/entries.ndjson', 'entry-malformed', () =>
    resigned(report, log.signer, 'log/entries.ndjson', bytes => bytes.subarray(0, -1)),
  ),
  corruption(
    'a line longer than any event',
    'log/entries.ndjson',
    'entry-malformed',
    entries(([, ...rest]) => ['x'.repeat(70_000), ...rest]),
  ),
  corruption('an event of another tenant, signed into the log', 'log/entries.ndjson', 'entry-foreign', () => {
    const mixed = [...log.envelopes.slice(0, 5), envelope(5, { type: 'upload.received' }, OTHER_TENANT)];
    return signedHere(new TestLog(mixed));
  }),
];

/** Under a key of its own, which the test pins by the manifest's word. */
const own = new Map<BundleParts, TestLog>();
function signedHere(mixed: TestLog): BundleParts {
  const bundle = bundleOf(mixed, { kind: 'retention', leaves: { from: 0, to: mixed.size } });
  own.set(bundle, mixed);
  return bundle;
}

const PROOFS: readonly Corruption[] = [
  corruption(
    'a truncated proof',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, proof: line.proof.slice(1) })),
  ),
  corruption(
    'a proof that is too long',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, proof: [...line.proof, line.proof[0]] })),
  ),
  corruption(
    "another tenant's proof",
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(({ index }) => ({ index, proof: foreign.inclusion(index) })),
  ),
  corruption(
    'the proof of another event',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(({ index }) => ({ index, proof: log.inclusion(index + 1) })),
  ),
  corruption(
    'another index',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, index: line.index + 1 })),
  ),
  corruption(
    'an index beyond the log',
    'log/entries.ndjson',
    'inclusion-proof-invalid',
    firstProof(line => ({ ...line, index: 1_000 })),
  ),
  corruption(
    'a proof line that is none',
    'log/inclusion.ndjson',
    'inclusion-malformed',
    firstProof(() => ({ index: -1, proof: [] })),
  ),
  corruption(
    'a proof dropped',
    'log/entries.ndjson',
    'entry-count-differs',
    proofs(all => all.slice(0, -1)),
  ),
  corruption(
    'a proof doubled',
    'log/inclusion.ndjson',
    'inclusion-count-differs',
    proofs(all => [...all, all.at(-1) ?? '']),
  ),
  corruption('an event and its proof doubled', 'log/inclusion.ndjson', 'inclusion-out-of-order', () => {
    const twice = lines(([first = '', ...rest]) => [first, first, ...rest]);
    const once = altered(single, 'log/inclusion.ndjson', twice);
    const both = resigned(once, log.signer, 'log/entries.ndjson', twice);
    return restated(both, log.signer, said => ({ ...said, log: { ...said.log, events: 4 } }));
  }),
  corruption('the range shifted', 'log/entries.ndjson', 'root-differs', () => {
    const shifted = altered(
      report,
      'log/range-proof.json',
      json<RangeProof>(proof => ({ ...proof, from: 7, to: 20, ...log.range(7, 20) })),
    );
    const { parts, manifest: said } = shifted;
    return signed(
      { parts, manifest: { ...said, log: { ...said.log, range: { from: 7, to: 20 } } } },
      log.signer,
    );
  }),
  corruption(
    'a range other than the manifest claims',
    'log/range-proof.json',
    'range-proof-invalid',
    manifest(said => ({ ...said, log: { ...said.log, range: { from: 5, to: 18 } } })),
  ),
  corruption(
    'a range that ends before it starts',
    'log/range-proof.json',
    'range-proof-invalid',
    range(proof => ({ ...proof, from: 20 })),
  ),
  corruption(
    'a hash of the range proof dropped',
    'log/range-proof.json',
    'range-proof-invalid',
    range(proof => ({ ...proof, left: proof.left.slice(1) })),
  ),
  corruption(
    'a hash of the range proof changed',
    'log/entries.ndjson',
    'root-differs',
    range(proof => ({ ...proof, right: proof.right.map(() => log.leaf(0).toString('base64')) })),
  ),
  corruption(
    'a range proof of another form',
    'log/range-proof.json',
    'range-proof-invalid',
    range(() => ({})),
  ),
  corruption(
    'a beginning left out in silence',
    'log/range-proof.json',
    'range-proof-invalid',
    manifest(said => ({ ...said, period: {} })),
  ),
  corruption('single events where a whole range is due', 'manifest.json', 'mode-differs', () =>
    bundleOf(log, { kind: 'retention', leaves: [1, 2] }),
  ),
];

const SIGNATURES: readonly Corruption[] = [
  corruption('a manifest that matches a changed file', 'manifest.json', 'manifest-signature-invalid', () =>
    rehashed(report, 'report.pdf', flip),
  ),
  corruption(
    'a signature by another key of the same name',
    'manifest.json',
    'manifest-signature-invalid',
    () => forged(report, log.signer.name),
  ),
  corruption('the signature of another bundle', 'manifest.json', 'manifest-signature-invalid', () => ({
    ...report,
    manifest: { ...report.manifest, signature: single.manifest.signature },
  })),
  corruption(
    'a manifest for another tenant',
    'manifest.json',
    'tenant-differs',
    manifest(said => ({ ...said, tenant: OTHER_TENANT })),
  ),
  corruption('an old checkpoint', 'log/checkpoint', 'checkpoint-differs', () =>
    resigned(report, log.signer, 'log/checkpoint', () => Buffer.from(log.checkpoint(20))),
  ),
  corruption('the checkpoint of another tenant', 'log/checkpoint', 'checkpoint-invalid', () =>
    resigned(report, log.signer, 'log/checkpoint', () => Buffer.from(foreign.checkpoint())),
  ),
  corruption(
    'a checkpoint signed by another key of the same name',
    'log/checkpoint',
    'checkpoint-invalid',
    () =>
      resigned(report, log.signer, 'log/checkpoint', () =>
        Buffer.from(noteOf(log.checkpointText(), noteSigner(log.signer.name))),
      ),
  ),
  corruption('a checkpoint of another root', 'log/checkpoint', 'checkpoint-differs', () =>
    resigned(report, log.signer, 'log/checkpoint', () =>
      Buffer.from(noteOf(`${log.signer.name}\n23\n${log.leaf(0).toString('base64')}\n`, log.signer)),
    ),
  ),
  corruption(
    'a log size that is a lie',
    'log/checkpoint',
    'checkpoint-differs',
    manifest(said => ({ ...said, log: { ...said.log, size: 24 } })),
  ),
  corruption(
    'a number of events that is a lie',
    'log/entries.ndjson',
    'entry-count-differs',
    manifest(said => ({ ...said, log: { ...said.log, events: 12 } })),
  ),
];

const sized = (by: number) =>
  manifest(said => ({
    ...said,
    files: said.files.map(file => (file.path === 'report.pdf' ? { ...file, bytes: file.bytes + by } : file)),
  }));

const CLIMBING = '../../.ssh/id_rsa';
const CONTAINER: readonly Corruption[] = [
  corruption('a file said to be longer', 'report.pdf', 'size-differs', sized(1)),
  corruption('a file said to be shorter', 'report.pdf', 'size-differs', sized(-1)),
  corruption(
    'a file twice in the zip',
    'report.pdf',
    'file-doubled',
    files(all => [...all.slice(0, 1), ...all]),
  ),
  corruption(
    'a file that nobody listed',
    'data/more.csv',
    'file-unlisted',
    files(all => [{ name: 'data/more.csv', bytes: Buffer.from('a') }, ...all]),
  ),
  corruption(
    'a file left out',
    'data/assets.csv',
    'file-missing',
    files(all => all.filter(({ name }) => name !== 'data/assets.csv')),
  ),
  corruption(
    'a file listed twice',
    'report.pdf',
    'file-listed-twice',
    manifest(said => ({ ...said, files: [...said.files, ...said.files.slice(0, 1)] })),
  ),
  corruption(
    'files in another order',
    'zip',
    'file-order-differs',
    files(all => [...all].reverse()),
  ),
  corruption(
    'no manifest',
    'manifest.json',
    'manifest-missing',
    files(all => all.slice(0, -1)),
  ),
  corruption(
    'a manifest that is no JSON',
    'manifest.json',
    'manifest-invalid',
    files(all => [...all.slice(0, -1), { name: 'manifest.json', bytes: Buffer.from('{') }]),
  ),
  corruption(
    'a manifest of another format',
    'manifest.json',
    'manifest-invalid',
    files(all => [...all.slice(0, -1), { name: 'manifest.json', bytes: Buffer.from('{}') }]),
  ),
  corruption('a name that climbs out', CLIMBING, 'file-unlisted', async () => {
    const plain = 'x'.repeat(CLIMBING.length);
    return renamed(
      await zipOf([{ name: plain, bytes: Buffer.from('a') }, ...filesOf(report)]),
      plain,
      CLIMBING,
    );
  }),
  corruption(
    'a listed name that climbs out',
    'manifest.json',
    'manifest-invalid',
    manifest(said => ({ ...said, files: said.files.map(file => ({ ...file, path: `../${file.path}` })) })),
  ),
  corruption(
    'a name that only readers of local headers see',
    'zip',
    'unaccounted-bytes',
    zipped(report, zip => renamedLocally(zip, 'report.pdf', 'reporT.pdf')),
  ),
  corruption('bytes that belong to no file', 'zip', 'unaccounted-bytes', zipped(report, withHiddenBytes)),
  corruption(
    'a comment in the container',
    'zip',
    'unaccounted-bytes',
    zipped(report, zip => {
      const commented = Buffer.concat([zip, Buffer.from('!')]);
      commented.writeUInt16LE(1, zip.length - 2);
      return commented;
    }),
  ),
  corruption(
    'compressed data damaged',
    'log/entries.ndjson',
    'file-unreadable',
    zipped(report, zip => {
      const damaged = Buffer.from(zip);
      damaged.fill(
        0xff,
        damaged.indexOf('log/entries.ndjson') + 40,
        damaged.indexOf('log/entries.ndjson') + 80,
      );
      return damaged;
    }),
  ),
];

const ROWS: readonly Corruption[] = [
  corruption('a row that says another time than its event', 'data/assets.ndjson', 'row-differs', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => all.map(line => line.replace('"index":6', '"index":9'))),
    ),
  ),
  corruption('a row about an event outside the bundle', 'data/assets.ndjson', 'row-unproven', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => all.map(line => line.replace('"index":6', '"index":2'))),
    ),
  ),
  corruption('a row that is no JSON', 'data/assets.ndjson', 'row-malformed', () =>
    resigned(
      report,
      log.signer,
      'data/assets.ndjson',
      lines(all => [...all, 'not json']),
    ),
  ),
];

const OTHER = '0197f0aa-9999-7000-8000-000000000009';
const DOCUMENTS: readonly Corruption[] = [
  corruption(
    'a certificate naming another key',
    'certificate.json',
    'claim-differs',
    erased({ keys: [OTHER] }),
  ),
  corruption(
    'a certificate with one key more',
    'certificate.json',
    'claim-differs',
    cert(({ erased: all, ...rest }) => ({
      ...rest,
      erased: all.map(one => ({ ...one, keys: [...one.keys, OTHER] })),
    })),
  ),
  corruption(
    'a certificate naming another date of an asset',
    'certificate.json',
    'claim-differs',
    erased({ erasedAt: '2026-03-01T00:04:00.000Z' }),
  ),
  corruption(
    'a certificate naming another date',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, erasedAt: '2026-03-01T00:04:00.000Z' })),
  ),
  corruption('a certificate naming another epoch', 'certificate.json', 'claim-differs', erased({ epoch: 3 })),
  corruption(
    'a certificate naming another asset',
    'certificate.json',
    'claim-unproven',
    erased({ asset: 'asset-4' }),
  ),
  corruption(
    'a certificate naming another position',
    'certificate.json',
    'claim-unproven',
    erased({ logIndex: 10 }),
  ),
  corruption(
    'a certificate under another id',
    'certificate.json',
    'claim-unproven',
    erased({ certificate: OTHER }),
  ),
  corruption(
    'a certificate for another request',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, request: OTHER })),
  ),
  corruption(
    'a certificate with an earlier horizon',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, beyondBackupAt: '2026-03-01T12:00:00.000Z' })),
  ),
  corruption(
    'a certificate with another time of hiding',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, hiddenAt: '2026-03-01T00:00:01.000Z' })),
  ),
  corruption(
    'a certificate with another time of the request',
    'certificate.json',
    'claim-differs',
    cert(document => ({ ...document, requestedAt: '2026-02-01T00:00:01.000Z' })),
  ),
  corruption(
    'a certificate whose sanitization has another date',
    'certificate.json',
    'claim-differs',
    cert(document => ({
      ...document,
      sanitization: { ...document.sanitization, sanitizedAt: '2026-02-01T00:00:01.000Z' },
    })),
  ),
  corruption(
    'a certificate with an edited event',
    'certificate.json',
    'evidence-unproven',
    cert(document => ({
      ...document,
      evidence: document.evidence.map(one => ({
        ...one,
        envelope: one.envelope.replace('"epoch":4', '"epoch":3'),
      })),
    })),
  ),
  corruption(
    'a certificate with truncated proofs',
    'certificate.json',
    'evidence-unproven',
    cert(document => ({
      ...document,
      evidence: document.evidence.map(one => ({ ...one, proof: one.proof.slice(1) })),
    })),
  ),
  corruption(
    'a certificate without the event of the erasure',
    'certificate.json',
    'claim-unproven',
    cert(document => ({ ...document, evidence: document.evidence.filter(({ index }) => index !== 9) })),
  ),
  corruption(
    'a certificate with a checkpoint of another log',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, checkpoint: foreign.checkpoint() })),
  ),
  corruption(
    'a certificate of another tenant',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, tenant: OTHER_TENANT })),
  ),
  corruption(
    'a certificate of another form',
    'certificate.json',
    'document-invalid',
    cert(document => ({ ...document, erased: 'all' })),
  ),
  corruption(
    'a receipt with another date of erasure',
    'receipt.json',
    'claim-differs',
    slip(document => ({
      ...document,
      remains: document.remains.map(one => ({ ...one, eraseBy: '2026-03-01T00:04:00.000Z' })),
    })),
  ),
  corruption(
    'a receipt with another ground',
    'receipt.json',
    'claim-differs',
    slip(document => ({ ...document, remains: document.remains.map(one => ({ ...one, ground: 'none' })) })),
  ),
  corruption(
    'a receipt for another request',
    'receipt.json',
    'claim-unproven',
    slip(document => ({ ...document, request: OTHER })),
  ),
];

const ALL = [...IN_EACH_PART, ...LINES, ...PROOFS, ...SIGNATURES, ...CONTAINER, ...ROWS, ...DOCUMENTS];
const keyFor = (bundle: BundleParts | Buffer, what: string): string =>
  (Buffer.isBuffer(bundle) ? undefined : own.get(bundle)?.signer.vkey) ??
  (what.includes('certificate') || what.includes('receipt') ? erasures : log).signer.vkey;

describe('a corrupted bundle', () => {
  test('is tried in more than fifty ways, from bundles that pass', async () => {
    expect(new Set(ALL.map(({ what }) => what)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThan(50);
    for (const [bundle, key] of [
      [report, log],
      [single, log],
      [certificate, erasures],
      [receipt, erasures],
    ] as const) {
      expect((await verified(bundle, { key: key.signer.vkey })).findings).toEqual([]);
    }
  });

  test.each(ALL)('is refused for $what, naming $part', async ({ what, bundle, part, code }) => {
    const made = await bundle();
    const { verdict, findings } = await verified(made, { key: keyFor(made, what) });
    expect(verdict).toBe('failed');
    expect(findings.map(finding => [finding.part, finding.code])).toContainEqual([part, code]);
    for (const finding of findings) expect(finding.message).toMatch(/\w{3}/);
  });
});
