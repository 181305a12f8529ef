import { Buffer } from 'node:buffer';
import { CERTIFICATE_FORMAT, RECEIPT_FORMAT } from '../certificate/schemas.ts';
import type { ReportKind } from '../report/kinds.ts';
import { checkDocument, type CheckedDocument, type ErasureDocument } from './check-document.ts';
import { BUNDLE_PATHS } from './manifest.ts';
import { parseJson } from './strict-json.ts';
import type { BundleContext } from './verify-bundle.ts';

/** An account of a hundred thousand assets, some hundred bytes of evidence each. */
const MOST_BYTES = 256 * 1024 * 1024;

interface Place {
  readonly path: string;
  readonly kind: ReportKind;
  readonly format: ErasureDocument['format'];
}

const PLACES: readonly Place[] = [
  { path: BUNDLE_PATHS.certificate, kind: 'erasure-certificate', format: CERTIFICATE_FORMAT },
  { path: BUNDLE_PATHS.receipt, kind: 'erasure-receipt', format: RECEIPT_FORMAT },
];

/** Every certificate or receipt that a bundle holds, and the one that its kind is made of. */
export async function checkBundledDocuments(context: BundleContext): Promise<void> {
  const { manifest, files, checks } = context;
  const found = PLACES.filter(({ path, kind }) => files.has(path) || kind === manifest.kind);
  for (const place of found) await checkPlaced(place, context);
  if (found.length > 0) checks.made('document', 'its dates, keys and ids are those of events in the log');
}

/** A certificate or receipt as a part of a bundle: of the same tenant, and of the same log. */
async function checkPlaced({ path, format }: Place, context: BundleContext): Promise<void> {
  const { files, pins, findings } = context;
  const bytes = await files.whole(path, MOST_BYTES);
  if (bytes === undefined) return;
  const checked = checkDocument(parseJson(bytes)?.value, path, pins, findings);
  if (checked === undefined) return;
  if (checked.document.format !== format) {
    findings.add(path, 'document-invalid', `is of the format ${checked.document.format}, not ${format}`);
  }
  compare(checked, path, context);
}

function compare({ document, checkpoint }: CheckedDocument, path: string, context: BundleContext): void {
  const { manifest, findings } = context;
  if (document.tenant !== manifest.tenant) {
    findings.add(path, 'document-invalid', 'is of another tenant than the bundle');
  }
  if (manifest.subject !== undefined && document.subject !== manifest.subject) {
    findings.add(path, 'document-invalid', 'is about another user than the bundle');
  }
  const isSameSize = checkpoint?.size === manifest.log.size;
  if (isSameSize && !checkpoint.root.equals(Buffer.from(manifest.log.root, 'base64'))) {
    findings.add(
      path,
      'document-invalid',
      'has another root for a log of the same size: one key signed two histories',
    );
  }
}
