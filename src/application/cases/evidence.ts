import { LetheError } from '../../domain/errors.ts';
import type { AccessPart } from '../../domain/events/access-events.ts';
import { decodeEnvelope, type AnyEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import { assetScope } from '../../domain/ports/key-store.ts';
import { assetStream } from '../streams.ts';
import type { Vault } from '../vault/vault.ts';

/** One event of an asset, with the parts that were granted. */
export interface RevealedEvent {
  readonly event: string;
  readonly type: string;
  readonly time: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly network?: Readonly<Record<string, unknown>>;
}

export interface EvidenceDeps {
  readonly log: EventLog;
  /** With safety rights: cases alone have them. */
  readonly evidence: Pick<Vault, 'open'>;
}

/** Opens the granted parts of everything that one asset holds, for the safety purpose. Throws `asset-erased`. */
export async function openEvidence(
  { log, evidence }: EvidenceDeps,
  tenant: string,
  asset: string,
  parts: readonly AccessPart[],
): Promise<RevealedEvent[]> {
  const revealed: RevealedEvent[] = [];
  for (const stored of await log.readStream(tenant, assetStream(asset))) {
    const envelope = decodeEnvelope(stored.envelope);
    const opened: Partial<Record<AccessPart, Readonly<Record<string, unknown>>>> = {};
    for (const part of parts) {
      const fields = await openPart(evidence, tenant, asset, { stored, envelope }, part);
      if (fields !== undefined) opened[part] = fields;
    }
    const { id, type, time } = envelope;
    if (Object.keys(opened).length > 0) revealed.push({ event: id, type, time, ...opened });
  }
  return revealed;
}

interface SealedEvent {
  readonly stored: StoredEvent;
  readonly envelope: AnyEnvelope;
}

async function openPart(
  evidence: Pick<Vault, 'open'>,
  tenant: string,
  asset: string,
  { stored, envelope }: SealedEvent,
  part: AccessPart,
): Promise<Record<string, unknown> | undefined> {
  if (stored.sealed === null || envelope.sealed?.parts.includes(part) !== true) return undefined;
  const opened = await evidence.open(tenant, assetScope(asset), 'safety', stored.sealed, envelope.id, part);
  switch (opened.status) {
    case 'opened':
      return JSON.parse(opened.bytes.toString('utf8')) as Record<string, unknown>;
    case 'unstored':
      return undefined;
    case 'hidden':
      throw new Error('hidden is for the serving purpose: the safety purpose opens it');
    case 'erased':
      throw new LetheError('asset-erased', 'its keys are destroyed: nobody can open it any more');
  }
}
