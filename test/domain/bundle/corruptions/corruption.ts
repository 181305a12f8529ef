import type { FindingCode } from '../../../../src/domain/bundle/findings.ts';
import type { BundleManifest } from '../../../../src/domain/bundle/manifest.ts';
import { bundleOf, type BundleParts } from '../../../support/bundles/bundle-parts.ts';
import { restated } from '../../../support/bundles/tamper.ts';
import { OTHER_TENANT, TestLog } from '../../../support/bundles/test-log.ts';

/** A change to a bundle that was whole, and what a verifier has to find of it. */
export interface Corruption {
  readonly what: string;
  readonly part: string;
  readonly code: FindingCode;
  readonly bundle: () => BundleParts | Buffer | Promise<Buffer>;
  /** The log whose key the verifier has. */
  readonly pinned: TestLog;
}

export const log = TestLog.of(23);
export const foreign = TestLog.of(23, { tenant: OTHER_TENANT });
const [FROM, TO] = [6, 19];
const rows = Array.from({ length: 3 }, (_, n) => ({
  asset: `asset-${n}`,
  index: FROM + n,
  time: new Date(Date.UTC(2026, 2, 1) + (FROM + n) * 1_000).toISOString(),
  type: 'upload.received',
}));
/** The bundle of a report over a whole range of events. */
export const report = bundleOf(log, {
  kind: 'retention',
  leaves: { from: FROM, to: TO },
  files: {
    'report.pdf': '%PDF-1.7 a report for people',
    'data/assets.ndjson': rows.map(row => `${JSON.stringify(row)}\n`).join(''),
    'data/assets.csv': 'asset\r\nasset-0\r\n',
    'schemas/assets.schema.json': '{}',
  },
});
/** The bundle of a report over single events. */
export const single = bundleOf(log, { kind: 'access', leaves: [2, 7, 22] });

export const corruption = (
  what: string,
  part: string,
  code: FindingCode,
  bundle: Corruption['bundle'],
  pinned = log,
): Corruption => ({ what, part, code, bundle, pinned });

/** Another manifest over the files of the report. */
export const manifest = (change: (said: BundleManifest) => BundleManifest) => () =>
  restated(report, log.signer, change);
