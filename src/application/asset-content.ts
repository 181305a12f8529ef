import { assetDecider, type AssetState } from '../domain/asset/asset.ts';
import { fold } from '../domain/decider.ts';
import type { PiiAction, PiiSpan } from '../domain/events/pii-events.ts';
import { decodeEnvelope, type AnyEnvelope } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import { maskSpans } from '../domain/pii/mask.ts';
import type { EventLog, StoredEvent } from '../domain/ports/event-log.ts';
import { assetScope, type Purpose } from '../domain/ports/key-store.ts';
import { assetStream } from './streams.ts';
import type { Vault } from './vault/vault.ts';

/** One event's content, opened for one reader. */
export interface OpenedContent {
  readonly event: string;
  readonly type: string;
  readonly time: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface AssetContent {
  readonly asset: string;
  readonly pii: { readonly action: PiiAction | 'none' };
  readonly contents: readonly OpenedContent[];
}

interface ReadEvent {
  readonly stored: StoredEvent;
  readonly envelope: AnyEnvelope;
}

export interface ReadAsset {
  readonly events: readonly ReadEvent[];
  readonly state: AssetState;
}

/** The asset's stream with its sealed payloads, and the state that it comes to. */
export async function readAsset(log: EventLog, tenant: string, asset: string): Promise<ReadAsset> {
  const stored = await log.readStream(tenant, assetStream(asset));
  const events = stored.map(event => ({ stored: event, envelope: decodeEnvelope(event.envelope) }));
  const state = fold(
    assetDecider,
    events.map(({ envelope }) => envelope),
  );
  return { events, state };
}

type Opener = Pick<Vault, 'open'>;

/** Opens every content part of an asset, as the PII action in force shows it. Spans themselves are never shown. */
export async function openContent(
  vault: Opener,
  tenant: string,
  asset: string,
  { events, state }: ReadAsset,
  purpose: Purpose = 'serving',
): Promise<AssetContent> {
  const action = state.pii?.action ?? 'none';
  const contents: OpenedContent[] = [];
  /** The spans of each flag since the last clearing. */
  let flags: PiiSpan[][] = [];
  for (const event of events) {
    const content = await openEvent(vault, tenant, asset, event, purpose);
    const { id, type, time } = event.envelope;
    if (type === 'pii.cleared') flags = [];
    else if (type === 'pii.flagged') flags.push((content?.['spans'] ?? []) as PiiSpan[]);
    else if (content !== undefined) contents.push({ event: id, type, time, content });
  }
  const masked = action === 'mask' && purpose === 'serving';
  return {
    asset,
    pii: { action },
    contents: masked ? maskAll(contents, flags) : contents,
  };
}

async function openEvent(
  vault: Opener,
  tenant: string,
  asset: string,
  { stored, envelope }: ReadEvent,
  purpose: Purpose,
): Promise<Record<string, unknown> | undefined> {
  if (stored.sealed === null || envelope.sealed?.parts.includes('content') !== true) return undefined;
  const opened = await vault.open(tenant, assetScope(asset), purpose, stored.sealed, envelope.id, 'content');
  switch (opened.status) {
    case 'opened':
      return JSON.parse(opened.bytes.toString('utf8')) as Record<string, unknown>;
    case 'unstored':
      return undefined;
    case 'hidden':
      throw new LetheError('asset-deleted', 'the asset is deleted');
    case 'erased':
      throw new LetheError('asset-erased', 'its keys are destroyed: nobody can open it any more');
  }
}

/** Promise 8, mask: each flagged span is replaced; a flag that says no place, or none that there is, masks everything. */
function maskAll(contents: readonly OpenedContent[], flags: readonly PiiSpan[][]): OpenedContent[] {
  const fields = new Set(contents.flatMap(({ content }) => Object.keys(content)));
  const isPlaceless = flags.some(spans => !spans.some(({ field }) => fields.has(field)));
  const spans = flags.flat();
  return contents.map(opened => {
    const entries = Object.entries(opened.content).map(([name, value]) => {
      const own = spans.filter(({ field }) => field === name);
      return [name, isPlaceless ? MASK : maskField(value, own)];
    });
    return { ...opened, content: Object.fromEntries(entries) as OpenedContent['content'] };
  });
}

const MASK = '[PII]';

/** Spans are places in a text: what is none is masked whole. */
function maskField(value: unknown, spans: readonly PiiSpan[]): unknown {
  if (spans.length === 0) return value;
  return typeof value === 'string' ? maskSpans(value, spans) : MASK;
}
