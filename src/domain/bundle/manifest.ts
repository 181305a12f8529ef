import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { z } from 'zod';
import { REPORT_KINDS } from '../report/kinds.ts';
import { canonicalJson } from './canonical-json.ts';

/** The first line of what is signed, and the name and version of the format: docs/verifying.md. */
export const BUNDLE_FORMAT = 'lethe-bundle/1';

/** Paths inside a bundle that the verifier knows by name. */
export const BUNDLE_PATHS = {
  manifest: 'manifest.json',
  checkpoint: 'log/checkpoint',
  entries: 'log/entries.ndjson',
  rangeProof: 'log/range-proof.json',
  inclusion: 'log/inclusion.ndjson',
  certificate: 'certificate.json',
  receipt: 'receipt.json',
} as const;

/** Relative, forward slashes, no empty or dotted first character: nothing that could leave a directory when unpacked. */
const bundlePath = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/, 'is not a plain relative path');
const count = z.int().min(0);
const utc = z.iso.datetime({ offset: false });
const uuid = z.uuid();
/** A SHA-256 in standard Base64. */
const base64Hash = z.base64().length(44);

export const bundleFile = z.strictObject({
  path: bundlePath,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal'),
});
export type BundleFile = z.infer<typeof bundleFile>;

/** What of the tenant's log a bundle holds: every leaf of a range, or single leaves with a proof each. */
const bundleLog = z
  .strictObject({
    origin: z.string().min(1).max(300),
    size: count,
    root: base64Hash,
    mode: z.enum(['range', 'inclusion']),
    /** Leaves [from, to): mode `range` only. */
    range: z.strictObject({ from: count, to: count }).optional(),
    /** Lines of log/entries.ndjson. */
    events: count,
  })
  .refine(log => (log.mode === 'range') === (log.range !== undefined), {
    error: 'has a range exactly when its mode is range',
    path: ['range'],
  });

export const bundleManifest = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  kind: z.enum(REPORT_KINDS),
  report: uuid,
  tenant: uuid,
  region: z.string().min(1).max(64),
  /** The inside reference of the person that the bundle is about. */
  subject: z.string().min(1).max(128).optional(),
  asOf: utc,
  period: z.strictObject({ from: utc.optional(), to: utc.optional() }),
  policy: z.strictObject({ version: count, pack: z.string().min(1).max(64) }),
  log: bundleLog,
  /** Every file but manifest.json, in the order of the zip. */
  files: z.array(bundleFile).min(1).max(10_000),
  /** Signed note over `manifestText`, by the key of the tenant's log. */
  signature: z.string().min(1).max(4_096),
});
export type BundleManifest = z.infer<typeof bundleManifest>;
export type UnsignedManifest = Omit<BundleManifest, 'signature'>;

/** The text whose signed note is `signature`: format, tenant, and SHA-256 of the canonical manifest without it. */
export function manifestText(manifest: UnsignedManifest): string {
  const unsigned = { ...manifest, signature: undefined };
  const digest = hash('sha256', canonicalJson(unsigned), 'base64');
  return `${BUNDLE_FORMAT}\n${manifest.tenant}\n${digest}\n`;
}

/**
 * The bytes of manifest.json: its canonical form, so that the same manifest has one encoding only and not a bit of it
 * can differ from what was signed.
 */
export const encodeManifest = (manifest: BundleManifest): Buffer =>
  Buffer.from(canonicalJson(manifest), 'utf8');

/** log/range-proof.json: what rebuilds the root from the leaves [from, to) of a tree of `size`. */
export const rangeProof = z.strictObject({
  from: count,
  to: count,
  size: count,
  left: z.array(base64Hash).max(64),
  right: z.array(base64Hash).max(64),
});
export type RangeProof = z.infer<typeof rangeProof>;

/** A line of log/inclusion.ndjson: the proof of the leaf that the same line of log/entries.ndjson is. */
export const inclusionLine = z.strictObject({ index: count, proof: z.array(base64Hash).max(64) });
export type InclusionLine = z.infer<typeof inclusionLine>;
