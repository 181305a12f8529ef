import { Buffer } from 'node:buffer';
import type { Archive } from './archive.ts';
import { BundleFiles } from './bundle-files.ts';
import { checkBundledDocuments } from './check-bundled-document.ts';
import { checkEvents, type CheckedEvents } from './check-events.ts';
import { checkOlder } from './check-older.ts';
import { checkRows, rowFiles } from './check-rows.ts';
import { checkCheckpoint, checkManifestSignature, checkWitnesses } from './check-signatures.ts';
import { Findings } from './findings.ts';
import { BUNDLE_PATHS, type BundleManifest } from './manifest.ts';
import { OlderCheckpoints } from './older-checkpoints.ts';
import type { Pins } from './pins.ts';
import { readManifest } from './read-manifest.ts';
import { Checks, type Subject, type Verification } from './verification.ts';

const MOST_NOTE_BYTES = 64 * 1024;

/** What the checks of one bundle share. */
export interface BundleContext {
  readonly manifest: BundleManifest;
  readonly files: BundleFiles;
  readonly pins: Pins;
  readonly findings: Findings;
  readonly checks: Checks;
}

/**
 * Verifies a bundle from end to end, whatever is found on the way: docs/verifying.md says what each check proves. Reads
 * each file once, in constant memory but for 12 bytes an event; never throws for what a bundle holds.
 */
export async function verifyBundle(archive: Archive, pins: Pins): Promise<Verification> {
  const findings = new Findings();
  const checks = new Checks(findings);
  const manifest = await readManifest(archive, findings);
  if (manifest === undefined) return checks.outcome(undefined);
  const files = new BundleFiles(archive, manifest, findings);
  const context: BundleContext = { manifest, files, pins, findings, checks };

  checkManifestSignature(context);
  await verifyCheckpoint(context);
  const older = new OlderCheckpoints(pins.older);
  const events = await checkEvents(context, older);
  verifyOlder(context, older, events);
  await checkBundledDocuments(context);
  await verifyRows(context, events);
  await files.readRest();
  checks.made('files', `${manifest.files.length} files, each listed once, with the bytes that were signed`);
  return checks.outcome(subjectOf(manifest));
}

async function verifyCheckpoint({ manifest, files, pins, findings, checks }: BundleContext): Promise<void> {
  const part = BUNDLE_PATHS.checkpoint;
  const note = await files.whole(part, MOST_NOTE_BYTES);
  const opened = note && checkCheckpoint(note, manifest, pins, findings);
  if (opened === undefined) {
    checks.skipped('checkpoint', 'there is none to check');
    checks.skipped('witnesses', 'there is no valid checkpoint that they could have cosigned');
    return;
  }
  checks.made('checkpoint', `the log had ${opened.size} events, signed by ${pins.key.name}`);
  checkWitnesses(opened, part, { pins, findings, checks });
}

function verifyOlder(context: BundleContext, older: OlderCheckpoints, { isProven }: CheckedEvents): void {
  const { manifest, pins, findings, checks } = context;
  if (!isProven) {
    checks.skipped(
      'older-checkpoints',
      'the events do not lead to the root of this log: nothing can be compared',
    );
    return;
  }
  const head = { size: manifest.log.size, root: Buffer.from(manifest.log.root, 'base64') };
  checkOlder(older, head, BUNDLE_PATHS.entries, { pins, findings, checks });
}

async function verifyRows(
  { files, findings, checks }: BundleContext,
  { events }: CheckedEvents,
): Promise<void> {
  const paths = rowFiles(files);
  let rows = 0;
  for (const path of paths) rows += await checkRows(path, files, events, findings);
  if (rows === 0) checks.skipped('rows', 'no row of the data says which event it was made from');
  else checks.made('rows', `${rows} rows of data say which event they were made from, and its type and time`);
}

const subjectOf = ({ kind, tenant, report, asOf, log }: BundleManifest): Subject => ({
  ...{ kind, tenant, report, asOf },
  log: { origin: log.origin, size: log.size, root: log.root },
  events: log.events,
});
