import type { Actor, AnyEnvelope } from '../../domain/events/envelope.ts';
import { decodeEnvelope } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { DetectMany } from '../../domain/pii/detect/detect-many.ts';
import type { StoredEvent } from '../../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Ingest } from '../ingest/requests.ts';
import { isKeyRefused } from '../vault/key-refused.ts';
import type { ReadingVault } from '../vault/vault.ts';
import { flagsFor } from './flags.ts';
import { textsIn } from './texts.ts';

export interface LookDeps {
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
  readonly vault: Pick<ReadingVault, 'open'>;
  readonly ingest: Ingest;
  readonly detect: DetectMany;
  /** An event that nobody can look into, now or later: damaged, or its flag refused. */
  readonly onSkipped: (error: LetheError, position: number) => void;
}

/** Tenants whose own key the KMS refuses, and how it said so: it is not asked for them once more. */
export type Refusals = Map<string, LetheError>;

export interface Looked {
  readonly flags: number;
  /** Events that stand to be looked into, and cannot be now. */
  readonly refused: readonly StoredEvent[];
}

const DETECTOR: Actor = { kind: 'worker', id: 'pii-detector' };
const AT_ONCE = 8;

/** Looks through events, and notes whose key is refused. Rejects where all are to be tried again. */
export async function lookThrough(
  deps: LookDeps,
  events: readonly StoredEvent[],
  refusals: Refusals,
): Promise<Looked> {
  const asking = { ...deps, vault: unlessRefused(deps.vault, refusals) };
  const refused: StoredEvent[] = [];
  const lookAt = async (event: StoredEvent): Promise<number> => {
    try {
      return await flagOrSkip(asking, event);
    } catch (error) {
      if (!isKeyRefused(error)) throw error;
      refusals.set(event.tenant, error);
      refused.push(event);
      return 0;
    }
  };
  let flags = 0;
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const counts = await Promise.all(events.slice(at, at + AT_ONCE).map(lookAt));
    flags += counts.reduce((sum, count) => sum + count, 0);
  }
  return { flags, refused };
}

const unlessRefused = (vault: LookDeps['vault'], refusals: Refusals): LookDeps['vault'] => ({
  open: (tenant, ...asked) => {
    const refusal = refusals.get(tenant);
    return refusal === undefined ? vault.open(tenant, ...asked) : Promise.reject(refusal);
  },
});

/** What passes: the event is then tried again. Anything else about one event would be the same for ever. */
const PASSING: ReadonlySet<string> = new Set(['kms-unavailable', 'log-conflict', 'log-unavailable']);
/** Between looking and flagging the asset may go: there is nothing left to flag. */
const GONE: ReadonlySet<string> = new Set([
  'asset-erased',
  'asset-not-found',
  'account-deleted',
  'tenant-erased',
]);

async function flagOrSkip(deps: LookDeps, event: StoredEvent): Promise<number> {
  try {
    return await flag(deps, event);
  } catch (error) {
    if (!(error instanceof LetheError) || PASSING.has(error.code)) throw error;
    if (!GONE.has(error.code)) deps.onSkipped(error, event.position);
    return 0;
  }
}

async function flag(deps: LookDeps, event: StoredEvent): Promise<number> {
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
  { keys, vault }: LookDeps,
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
