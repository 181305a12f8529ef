import { createHash } from 'node:crypto';
import { encodeManifest, manifestText, type BundleManifest } from '../../../src/domain/bundle/manifest.ts';
import { noteOf, type NoteSigner } from './note-signer.ts';
import type { TestLog } from './test-log.ts';

export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A bundle before it is zipped: every file but the manifest in order, and what the manifest says. */
export interface BundleParts {
  readonly parts: readonly Part[];
  readonly manifest: BundleManifest;
}

export interface BundleOrder {
  readonly kind: BundleManifest['kind'];
  /** Leaves [from, to) with a proof of completeness, or single leaves, ascending. */
  readonly leaves: { readonly from: number; readonly to: number } | readonly number[];
  /** Of the checkpoint; the whole log where absent. */
  readonly size?: number;
  /** Files before log/: certificate.json, data/…  */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly witnesses?: readonly NoteSigner[];
  readonly manifest?: Partial<BundleManifest>;
}

export const REPORT = '0197f0aa-3333-7000-8000-000000000001';

/** A whole and genuine bundle of a test log. */
export function bundleOf(log: TestLog, order: BundleOrder): BundleParts {
  const { leaves, size = log.size, files = {}, witnesses = [] } = order;
  const isRange = 'from' in leaves;
  const indices = isRange ? indicesOf(leaves.from, leaves.to) : leaves;
  const envelopes = indices.map(index => log.envelopes[index] ?? Buffer.alloc(0));
  const parts = [
    ...Object.entries(files).map(([name, content]) => ({ name, bytes: Buffer.from(content) })),
    { name: 'log/checkpoint', bytes: Buffer.from(log.checkpoint(size, ...witnesses)) },
    { name: 'log/entries.ndjson', bytes: ndjson(envelopes.map(String)) },
    isRange
      ? rangeProofPart(log, leaves.from, leaves.to, size)
      : {
          name: 'log/inclusion.ndjson',
          bytes: ndjson(indices.map(index => JSON.stringify({ index, proof: log.inclusion(index, size) }))),
        },
  ];
  const described: BundleManifest = {
    format: 'lethe-bundle/1',
    kind: order.kind,
    report: REPORT,
    tenant: log.tenant,
    region: 'eu-central',
    asOf: '2026-03-02T00:00:00.000Z',
    period: isRange && leaves.from > 0 ? { from: '2026-03-01T00:00:00.000Z' } : {},
    policy: { version: 1, pack: 'flux-context' },
    log: {
      origin: log.signer.name,
      size,
      root: log.root(size).toString('base64'),
      mode: isRange ? 'range' : 'inclusion',
      ...(isRange ? { range: { from: leaves.from, to: leaves.to } } : {}),
      events: indices.length,
    },
    files: [],
    signature: '-',
    ...order.manifest,
  };
  return signed({ parts, manifest: described }, log.signer);
}

/** The manifest made to fit the files, and signed. */
export function signed({ parts, manifest }: BundleParts, signer: NoteSigner): BundleParts {
  return { parts, manifest: signedManifest({ ...manifest, files: parts.map(listed) }, signer) };
}

export const signedManifest = (manifest: BundleManifest, signer: NoteSigner): BundleManifest => ({
  ...manifest,
  signature: noteOf(manifestText(manifest), signer),
});

export const listed = ({ name, bytes }: Part): BundleManifest['files'][number] => ({
  path: name,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export const ndjson = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.map(line => `${line}\n`).join(''));

/** All files of the zip, the manifest last. */
export const filesOf = ({ parts, manifest }: BundleParts): Part[] => [
  ...parts,
  { name: 'manifest.json', bytes: encodeManifest(manifest) },
];

const rangeProofPart = (log: TestLog, from: number, to: number, size: number): Part => ({
  name: 'log/range-proof.json',
  bytes: Buffer.from(JSON.stringify({ from, to, size, ...log.range(from, to, size) })),
});

const indicesOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, line) => from + line);
