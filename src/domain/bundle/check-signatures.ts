import { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import type { OpenedCheckpoint } from '../tlog/checkpoint.ts';
import { openNote } from '../tlog/note.ts';
import { isLogOf } from '../tlog/origin.ts';
import type { Findings } from './findings.ts';
import { BUNDLE_PATHS, manifestText, type BundleManifest } from './manifest.ts';
import { openWith, type Pins } from './pins.ts';
import type { Checks } from './verification.ts';

/** What the checks of signatures report to. */
interface Report {
  readonly pins: Pins;
  readonly findings: Findings;
  readonly checks: Checks;
}

interface ManifestToCheck extends Report {
  readonly manifest: BundleManifest;
}

/** The manifest is what the pinned key signed, for the tenant that the key is named after. */
export function checkManifestSignature({ manifest, pins: { key }, findings, checks }: ManifestToCheck): void {
  const part = BUNDLE_PATHS.manifest;
  if (!isLogOf(key.name, manifest.tenant)) {
    findings.add(
      part,
      'tenant-differs',
      `is of tenant ${manifest.tenant}; the pinned key is that of ${key.name}`,
    );
  }
  try {
    if (openNote(manifest.signature, [key]).text !== manifestText(manifest)) {
      findings.add(
        part,
        'manifest-signature-invalid',
        'what was signed is another manifest: it was changed afterwards',
      );
    }
  } catch (error) {
    if (!(error instanceof LetheError)) throw error;
    findings.add(part, 'manifest-signature-invalid', `is not signed by ${key.name}: ${error.message}`);
  }
  checks.made('signature', `the manifest, and with it every file, is signed by ${key.name}`);
}

/** The checkpoint is of the pinned log and says what the manifest repeats. Undefined: it proves nothing. */
export function checkCheckpoint(
  note: Buffer,
  { log }: BundleManifest,
  pins: Pins,
  findings: Findings,
): OpenedCheckpoint | undefined {
  const part = BUNDLE_PATHS.checkpoint;
  const opened = openWith(pins, note);
  if (opened instanceof LetheError) {
    findings.add(part, 'checkpoint-invalid', opened.message);
    return undefined;
  }
  const isSame = opened.size === log.size && opened.root.equals(Buffer.from(log.root, 'base64'));
  if (!isSame || opened.origin !== log.origin) {
    findings.add(
      part,
      'checkpoint-differs',
      'is not the checkpoint that the manifest names: origin, size or root differ',
    );
  }
  return opened;
}

/** As many of the pinned witnesses as are needed have cosigned. */
export function checkWitnesses(
  { cosignatures }: OpenedCheckpoint,
  part: string,
  { pins: { witnesses, quorum }, findings, checks }: Report,
): void {
  if (witnesses.length === 0) {
    checks.skipped('witnesses', 'none was given with --witness');
    return;
  }
  const names = cosignatures.map(({ key }) => key.name);
  if (names.length < quorum) {
    const missing = witnesses.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    const message = `${names.length} of the ${quorum} witnesses needed have cosigned; not: ${missing.join(', ')}`;
    findings.add(part, 'witness-quorum-missing', message);
  }
  checks.made('witnesses', `${names.length} of ${witnesses.length} cosigned: ${names.join(', ')}`);
}
