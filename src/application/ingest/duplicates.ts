import { isDeepStrictEqual } from 'node:util';
import { decodeEnvelope, type AnyEnvelope } from '../../domain/events/envelope.ts';
import type { Incoming } from '../../domain/events/incoming.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import { assetScope, subjectScope } from '../../domain/ports/key-store.ts';
import type { Vault } from '../vault/vault.ts';
import { identityConflict, refuse } from './batch.ts';
import type { Placed } from './survey.ts';

interface Deps {
  readonly log: EventLog;
  readonly vault: Vault;
}

const identity = (event: { source: string; sourceId: string }): string =>
  `${event.source}\n${event.sourceId}`;

/**
 * Items whose identity is stored already, with the positions: the same reports again. Any that is not the same is a
 * conflict and refuses the batch (409). Nothing in clear can tell two payloads apart, so the stored one is opened and
 * compared; what is erased or was never stored can't be told apart any more and counts as the same. `read` is what the log
 * has under the identities, where the caller has read it already.
 */
export async function knownReports(
  deps: Deps,
  tenant: string,
  suspects: readonly Placed[],
  read?: readonly StoredEvent[],
): Promise<ReadonlyMap<number, number>> {
  const identities = suspects.map(({ incoming: { source, sourceId } }) => ({ source, sourceId }));
  const stored = read ?? (await deps.log.readByIdentity(tenant, identities));
  const byIdentity = new Map(stored.map(event => [identity(event), event]));
  const known = new Map<number, number>();
  const faults = [];
  for (const item of suspects) {
    const event = byIdentity.get(identity(item.incoming));
    if (event === undefined) continue;
    if (await isSameReport(deps.vault, tenant, event, item)) known.set(item.index, event.position);
    else faults.push(identityConflict(item.index));
  }
  if (faults.length > 0) throw refuse(faults);
  return known;
}

/** Fields that Lethe adds to what was reported. */
const ADDED: ReadonlySet<string> = new Set([
  'retention',
  'request',
  'cause',
  'source',
  'store',
  'sessionToken',
]);

const reported = (data: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !ADDED.has(name)));

async function isSameReport(
  vault: Vault,
  tenant: string,
  event: StoredEvent,
  item: Placed,
): Promise<boolean> {
  const envelope = decodeEnvelope(event.envelope);
  const { incoming } = item;
  if (envelope.type !== incoming.type) return false;
  if (incoming.asset !== undefined && envelope.asset !== incoming.asset) return false;
  if (incoming.outsideSubject !== undefined && envelope.subject !== item.subject) return false;
  if (incoming.time !== undefined && envelope.time !== incoming.time.toISOString()) return false;
  if (!isDeepStrictEqual(reported(envelope.data), reported(incoming.clear))) return false;
  return envelope.sealed === undefined || (await hasSamePayload(vault, tenant, event, envelope, incoming));
}

async function hasSamePayload(
  vault: Vault,
  tenant: string,
  event: StoredEvent,
  envelope: AnyEnvelope,
  incoming: Incoming,
): Promise<boolean> {
  if (event.sealed === null) return false;
  const scope =
    envelope.asset === undefined ? subjectScope(envelope.subject ?? '') : assetScope(envelope.asset);
  for (const part of ['content', 'network'] as const) {
    const sealed = envelope.sealed?.parts.includes(part) === true;
    const sent = incoming[part];
    if (sealed !== (sent !== undefined)) return false;
    if (!sealed) continue;
    const opened = await vault.open(tenant, scope, 'safety', event.sealed, envelope.id, part);
    if (opened.status === 'opened' && !isDeepStrictEqual(JSON.parse(opened.bytes.toString('utf8')), sent))
      return false;
  }
  return true;
}
