import { assetDecider, type AssetState } from '../domain/asset/asset.ts';
import { fold } from '../domain/decider.ts';
import type { PiiAction, PiiSpan } from '../domain/events/asset-events.ts';
import { decodeEnvelope, type AnyEnvelope } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import { maskSpans } from '../domain/pii/mask.ts';
import type { EventLog, StoredEvent } from '../domain/ports/event-log.ts';
import { assetScope, type Purpose } from '../domain/ports/key-store.ts';
import { assetStream } from './streams.ts';
import type { Vault } from './vault.ts';

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
  const spans: PiiSpan[] = [];
  for (const event of events) {
    const content = await openEvent(vault, tenant, asset, event, purpose);
    if (content === undefined) continue;
    const { id, type, time } = event.envelope;
    if (type === 'pii.flagged') spans.push(...((content['spans'] ?? []) as PiiSpan[]));
    else contents.push({ event: id, type, time, content });
  }
  const masked = action === 'mask' && purpose === 'serving';
  return {
    asset,
    pii: { action },
    contents: masked ? contents.map(content => mask(content, spans)) : contents,
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

/** Promise 8, mask: each flagged span of a field is replaced; a flag without spans masks the field whole. */
function mask(opened: OpenedContent, spans: readonly PiiSpan[]): OpenedContent {
  const entries = Object.entries(opened.content).map(([name, value]) => {
    if (typeof value !== 'string') return [name, spans.length === 0 ? '[PII]' : value] as const;
    const own = spans.filter(span => span.field === name);
    return [name, spans.length === 0 ? '[PII]' : maskSpans(value, own)] as const;
  });
  return { ...opened, content: Object.fromEntries(entries) };
}
