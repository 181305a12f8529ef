import { expect, test } from 'vitest';
import { bundleOf, filesOf, signed } from '../../support/bundles/bundle-parts.ts';
import { TestLog } from '../../support/bundles/test-log.ts';
import { verified } from '../../support/bundles/verified.ts';
import {
  forging,
  inserted,
  recordsOf,
  withExtraField,
  withOtherZip64,
} from '../../support/bundles/zip-records.ts';
import { zipOf } from '../../support/bundles/zip.ts';

const NAME = 'data/assets.csv';
const log = TestLog.of(9);
const pins = { key: log.signer.vkey };
const report = bundleOf(log, {
  kind: 'retention',
  leaves: { from: 0, to: 9 },
  files: { [NAME]: 'asset\r\nasset-0\r\n'.repeat(40) },
});

/** A name that other readers prefer to the entry's own (APPNOTE 4.6.9). */
const unicodeName = Buffer.concat([Buffer.from([0x75, 0x70, 9, 0, 1, 0, 0, 0, 0]), Buffer.from('evil')]);

const symlink = forging(NAME, (zip, { central }) => {
  zip.writeUInt32LE((0o120777 << 16) >>> 0, central + 38);
});
const folder = forging(NAME, (zip, { central }) => {
  zip.writeUInt8(0x10, central + 38);
});
const shorterClaim = forging(NAME, (zip, { central, local }) => {
  for (const at of [central + 24, local + 22]) zip.writeUInt32LE(7, at);
});
const localClaim = forging(NAME, (zip, { local }) => {
  zip.writeUInt32LE(7, local + 22);
});
const directorySize = (zip: Buffer): Buffer => {
  const copy = Buffer.from(zip);
  const { directory, end } = recordsOf(zip);
  copy.writeUInt32LE(end - directory + 1, end + 12);
  return copy;
};
const behindDirectory = (zip: Buffer): Buffer => {
  const { end } = recordsOf(zip);
  return Buffer.concat([zip.subarray(0, end), Buffer.alloc(46, 1), zip.subarray(end)]);
};
const behindFile = (zip: Buffer): Buffer => {
  const { data, packed } = recordsOf(zip).entries[0] ?? { data: 0, packed: 0 };
  return inserted(zip, data + packed, Buffer.alloc(16, 1));
};
const behindDeflated = (zip: Buffer): Buffer => {
  const { central, local, data, packed } = recordsOf(zip).entries[0] ?? {
    ...{ central: 0, local: 0, data: 0, packed: 0 },
  };
  const longer = inserted(zip, data + packed, Buffer.alloc(16, 1));
  for (const at of [central + 16 + 20, local + 18]) longer.writeUInt32LE(packed + 16, at);
  return longer;
};

test.each([
  ['a link in place of a file', symlink, 'zip', 'unaccounted-bytes'],
  ['a folder in place of a file', folder, 'zip', 'unaccounted-bytes'],
  [
    'a second name for a file',
    (zip: Buffer) => withExtraField(zip, NAME, unicodeName),
    'zip',
    'unaccounted-bytes',
  ],
  ['a size after which some readers stop', shorterClaim, NAME, 'file-unreadable'],
  ['a size in the local header alone', localClaim, 'zip', 'unaccounted-bytes'],
  ['a directory that is longer for some readers', directorySize, 'zip', 'unaccounted-bytes'],
  ['bytes behind the directory', behindDirectory, 'zip', 'unaccounted-bytes'],
  ['as many bytes behind a file as a descriptor has', behindFile, 'zip', 'unaccounted-bytes'],
  ['bytes behind the compressed data of a file', behindDeflated, NAME, 'file-unreadable'],
  ['a zip64 record beside a last record that differs', withOtherZip64, 'zip', 'unaccounted-bytes'],
] as const)('a zip that other readers unpack otherwise is refused: %s', async (_, change, part, code) => {
  const zip = await zipOf(filesOf(report));
  expect((await verified(zip, pins)).findings).toEqual([]);
  const { verdict, findings } = await verified(change(zip), pins);
  expect(verdict).toBe('failed');
  expect(findings.map(finding => [finding.part, finding.code])).toContainEqual([part, code]);
});

test.each([
  ['in case', 'DATA/assets.csv'],
  ['in a dot at the end', 'data/assets.csv.'],
  ['from the manifest in case', 'Manifest.json'],
])('two names that differ only %s are one file on some disks, and refused', async (_, name) => {
  const parts = [{ name, bytes: Buffer.from('asset\r\n') }, ...report.parts];
  const { findings } = await verified(signed({ ...report, parts }, log.signer), pins);
  expect(findings).toMatchObject([{ code: 'file-doubled' }]);
});
