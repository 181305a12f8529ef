import type { Buffer } from 'node:buffer';
import { flatIssues, fieldOf, adviceOf } from '../schema-faults.ts';
import type { Archive } from './archive.ts';
import type { Findings } from './findings.ts';
import { BUNDLE_PATHS, bundleManifest, encodeManifest, type BundleManifest } from './manifest.ts';
import { readWhole } from './read-whole.ts';
import { parseJson } from './strict-json.ts';

const MOST_BYTES = 8 * 1024 * 1024;
const PART = BUNDLE_PATHS.manifest;

/**
 * The manifest, fit for its schema and in its one encoding; undefined, with the finding, where it is not. Nothing else of
 * a bundle can be judged without it. Its signature is not checked here.
 */
export async function readManifest(
  archive: Archive,
  findings: Findings,
): Promise<BundleManifest | undefined> {
  const file = archive.files.find(({ name }) => name === PART);
  if (file === undefined) {
    findings.add(
      PART,
      'manifest-missing',
      'the bundle has no manifest: it says nothing that could be checked',
    );
    return undefined;
  }
  const read = await readWhole(file, MOST_BYTES);
  if (read.bytes === undefined) {
    findings.add(PART, 'file-unreadable', read.reason);
    return undefined;
  }
  return parse(read.bytes, findings);
}

function parse(bytes: Buffer, findings: Findings): BundleManifest | undefined {
  const json = parseJson(bytes);
  if (json === undefined) {
    findings.add(PART, 'manifest-invalid', 'is not JSON');
    return undefined;
  }
  const parsed = bundleManifest.safeParse(json.value);
  if (!parsed.success) {
    for (const issue of flatIssues(parsed.error.issues)) {
      findings.add(PART, 'manifest-invalid', `${fieldOf(issue)}: ${adviceOf(issue)}`);
    }
    return undefined;
  }
  // Two encodings of one manifest could be read in two ways: names given twice, say.
  if (!bytes.equals(encodeManifest(parsed.data))) {
    findings.add(PART, 'manifest-not-canonical', 'is not in the canonical form of RFC 8785 that was signed');
  }
  return parsed.data;
}
