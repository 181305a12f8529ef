import { KIND_TRAITS } from '../report/kinds.ts';
import { checkInclusions } from './inclusion-events.ts';
import { LogEvents } from './log-events.ts';
import { BUNDLE_PATHS, rangeProof, type BundleManifest, type RangeProof } from './manifest.ts';
import type { OlderCheckpoints } from './older-checkpoints.ts';
import { checkRangeProof, foldRange } from './range-events.ts';
import { parseJson } from './strict-json.ts';
import type { BundleContext } from './verify-bundle.ts';

/** 128 hashes in Base64. */
const MOST_PROOF_BYTES = 16 * 1024;

export interface CheckedEvents {
  readonly events: LogEvents;
  /** Whether the events lead to the root that the manifest names. */
  readonly isProven: boolean;
}

/** Proves the events of a bundle to be in the log, in the way that its kind promises. */
export async function checkEvents(context: BundleContext, older: OlderCheckpoints): Promise<CheckedEvents> {
  const { manifest, findings, checks } = context;
  const { kind, log, tenant } = manifest;
  if (KIND_TRAITS[kind].proof !== log.mode) {
    const message = `${kind} is promised with proofs of mode ${KIND_TRAITS[kind].proof}, and comes with ${log.mode}`;
    findings.add(BUNDLE_PATHS.manifest, 'mode-differs', message);
  }
  const events = new LogEvents({ tenant, findings }, log.range?.from);
  await (log.mode === 'range' ? proveRange(context, events, older) : proveEach(context, events));
  checks.made('events', summary(manifest, events.count));
  return { events, isProven: !findings.hasFailed('events') };
}

function summary({ log, period }: BundleManifest, count: number): string {
  if (log.range === undefined) {
    return `${count} events, each in the log; nothing is shown about events that are not in the bundle`;
  }
  const { from, to } = log.range;
  if (from === to && log.size > 0)
    return 'no events; that none lies in the period is the word of the service';
  const isWhole = from === 0 && to === log.size;
  const reach = isWhole ? 'the whole log' : `leaves ${from} to ${to - 1} of ${log.size}`;
  const taken = [
    ...(period.from === undefined ? [] : ['; that the period begins there is the word of the service']),
    ...(to === log.size ? [] : ['; that nothing of the period follows is the word of the service']),
  ];
  return `${count} events: ${reach}, complete and in order${taken.join('')}`;
}

async function proveRange(context: BundleContext, events: LogEvents, older: OlderCheckpoints): Promise<void> {
  const { manifest, files, findings } = context;
  const entries = files.stream(BUNDLE_PATHS.entries);
  const proof = await readRangeProof(context);
  if (entries === undefined || proof === undefined || !checkRangeProof(manifest, proof, findings)) return;
  await foldRange({ log: manifest.log, proof, entries, events, older }, findings);
}

async function readRangeProof({ files, findings }: BundleContext): Promise<RangeProof | undefined> {
  const bytes = await files.whole(BUNDLE_PATHS.rangeProof, MOST_PROOF_BYTES);
  if (bytes === undefined) return undefined;
  const parsed = rangeProof.safeParse(parseJson(bytes)?.value);
  if (!parsed.success) {
    findings.add(BUNDLE_PATHS.rangeProof, 'range-proof-invalid', 'is not {from, to, size, left, right}');
  }
  return parsed.data;
}

async function proveEach({ manifest, files, findings }: BundleContext, events: LogEvents): Promise<void> {
  const entries = files.stream(BUNDLE_PATHS.entries);
  const proofs = files.stream(BUNDLE_PATHS.inclusion);
  if (entries === undefined || proofs === undefined) return;
  await checkInclusions({ log: manifest.log, entries, proofs, events }, findings);
}
