import type { Actor, AnyEnvelope } from '../../domain/events/envelope.ts';
import { decodeEnvelope } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { DetectMany } from '../../domain/pii/detect/detect-many.ts';
import type { Cursor } from '../../domain/ports/cursor.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Ingest } from '../ingest/requests.ts';
import type { ReadingVault } from '../vault/vault.ts';
import { flagsFor } from './flags.ts';
import { textsIn } from './texts.ts';

/** Which tenants want their content looked through, as of a position of the log: nothing behind it is looked at yet. */
export interface DetectionSettings {
  readonly position: number;
  readonly tenants: ReadonlySet<string>;
}

export interface PiiDetectionDeps {
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly cursor: Cursor;
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
  readonly vault: Pick<ReadingVault, 'open'>;
  readonly ingest: Ingest;
  readonly settings: () => Promise<DetectionSettings>;
  readonly detect: DetectMany;
  /** An event that nobody can look into, now or later: damaged, or its flag refused. */
  readonly onSkipped: (error: LetheError, position: number) => void;
}

export interface DetectionRound {
  /** Whether there was as much as one round takes, and so perhaps more. */
  readonly isFull: boolean;
  readonly flags: number;
  /** Positions of the log that are still to be gone past. */
  readonly lag: number;
}

export interface PiiDetection {
  /** Looks through what the log has gained, up to `limit` events. Rejects where it is to be tried again; the cursor then stays. */
  round(limit: number): Promise<DetectionRound>;
}

const DETECTOR: Actor = { kind: 'worker', id: 'pii-detector' };
const READ: ReadonlySet<string> = new Set([
  'upload.received',
  'generation.requested',
  'generation.completed',
  'generation.blocked',
]);
const AT_ONCE = 8;

/**
 * Follows the log and flags the personal data in what was uploaded and generated (promises 7, 8). The cursor moves when the
 * flags of a batch are durable: a crash in between repeats them under the same identities, which stores none of them twice.
 */
export function createPiiDetection(deps: PiiDetectionDeps): PiiDetection {
  const { log, cursor } = deps;

  const past = async (
    from: number,
    limit: number,
  ): Promise<{ to: number; flags: number; isFull: boolean }> => {
    const { position, tenants } = await deps.settings();
    // Where nobody wants it nothing is read.
    if (tenants.size === 0) return { to: Math.max(from, position), flags: 0, isFull: false };
    const events = (await log.readAll(from, limit)).filter(event => event.position <= position);
    const wanted = events.filter(
      ({ tenant, type, sealed }) => tenants.has(tenant) && READ.has(type) && sealed !== null,
    );
    let flags = 0;
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const counts = await Promise.all(wanted.slice(at, at + AT_ONCE).map(event => flagOrSkip(deps, event)));
      flags += counts.reduce((sum, count) => sum + count, 0);
    }
    return { to: events.at(-1)?.position ?? from, flags, isFull: events.length === limit };
  };

  return {
    round: async limit => {
      const from = await cursor.read();
      const { to, flags, isFull } = await past(from, limit);
      if (to > from) await cursor.advance(to);
      return { isFull, flags, lag: Math.max(0, (await log.head()) - to) };
    },
  };
}

/** What passes: the event is then tried again. Anything else about one event would be the same for ever. */
const PASSING: ReadonlySet<string> = new Set(['kms-unavailable', 'log-conflict', 'log-unavailable']);
/** Between looking and flagging the asset may go: there is nothing left to flag. */
const GONE: ReadonlySet<string> = new Set([
  'asset-erased',
  'asset-not-found',
  'account-deleted',
  'tenant-erased',
]);

async function flagOrSkip(deps: PiiDetectionDeps, event: StoredEvent): Promise<number> {
  try {
    return await flag(deps, event);
  } catch (error) {
    if (!(error instanceof LetheError) || PASSING.has(error.code)) throw error;
    if (!GONE.has(error.code)) deps.onSkipped(error, event.position);
    return 0;
  }
}

async function flag(deps: PiiDetectionDeps, event: StoredEvent): Promise<number> {
  const envelope = decodeEnvelope(event.envelope);
  const content = await contentOf(deps, event, envelope);
  if (content === undefined) return 0;
  const texts = textsIn(envelope, content);
  const findings = await deps.detect(texts.map(({ text }) => text));
  const flags = flagsFor(
    envelope,
    texts.map((text, at) => ({ text, findings: findings[at] ?? [] })),
  );
  if (flags.length === 0) return 0;
  return (await deps.ingest(event.tenant, flags, DETECTOR)).accepted;
}

/** Opened for the safety purpose, and only while its user can see it: what is hidden is kept for abuse monitoring alone. */
async function contentOf(
  { keys, vault }: PiiDetectionDeps,
  { tenant, sealed }: StoredEvent,
  { id, asset, sealed: reference }: AnyEnvelope,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (asset === undefined || sealed === null || reference?.parts.includes('content') !== true)
    return undefined;
  const scope = assetScope(asset);
  const [row] = await keys.readDataKeys(tenant, [scope]);
  if (row !== undefined && row.state !== 'live') return undefined;
  const opened = await vault.open(tenant, scope, 'safety', sealed, id, 'content');
  if (opened.status !== 'opened') return undefined;
  return JSON.parse(opened.bytes.toString('utf8')) as Record<string, unknown>;
}
