import { filesOf, type BundleParts } from '../../../support/bundles/bundle-parts.ts';
import { altered, flippedBit } from '../../../support/bundles/tamper.ts';
import { renamed, renamedLocally, withHiddenBytes, zipOf } from '../../../support/bundles/zip.ts';
import { corruption, manifest, report, single, type Corruption } from './corruption.ts';
import { certificate, erasures, receipt } from './documents.ts';

const flip = (bytes: Buffer): Buffer => flippedBit(bytes);
const zipped =
  (bundle: BundleParts, change: (zip: Buffer) => Buffer, compress = true) =>
  async () =>
    change(await zipOf(filesOf(bundle), { compress }));
const files = (change: (files: ReturnType<typeof filesOf>) => ReturnType<typeof filesOf>) => () =>
  zipOf(change(filesOf(report)));

/** A bit of each file, and the manifest. */
export const IN_EACH_PART: readonly Corruption[] = [
  ...report.parts.map(({ name }) =>
    corruption(`a bit of ${name}`, name, 'hash-differs', () => altered(report, name, flip)),
  ),
  corruption('a bit of log/inclusion.ndjson', 'log/inclusion.ndjson', 'hash-differs', () =>
    altered(single, 'log/inclusion.ndjson', flip),
  ),
  corruption(
    'a bit of certificate.json',
    'certificate.json',
    'hash-differs',
    () => altered(certificate, 'certificate.json', flip),
    erasures,
  ),
  corruption(
    'a bit of receipt.json',
    'receipt.json',
    'hash-differs',
    () => altered(receipt, 'receipt.json', flip),
    erasures,
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

const sized = (by: number) =>
  manifest(said => ({
    ...said,
    files: said.files.map(file => (file.path === 'report.pdf' ? { ...file, bytes: file.bytes + by } : file)),
  }));

const CLIMBING = '../../.ssh/id_rsa';
/** The zip: its names, its order, and what it holds beside the files. */
export const CONTAINER: readonly Corruption[] = [
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
