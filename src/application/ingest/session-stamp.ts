import type { EventType } from '../../domain/events/catalogue.ts';
import type { Incoming } from '../../domain/events/incoming.ts';
import { sessionToken } from '../../domain/sealing/session-token.ts';
import type { KeyGrip } from '../vault/vault.ts';

const WITH_SESSION: ReadonlySet<EventType> = new Set<EventType>([
  'upload.received',
  'generation.requested',
  'generation.completed',
  'generation.blocked',
  'asset.viewed',
]);

/** Promise 26: whether a read crosses sessions can be told without opening one. Nothing for a call that is not stored. */
export function sessionStamp(
  grip: KeyGrip | undefined,
  { type, clear, network }: Incoming,
): { sessionToken?: string } {
  const session = network?.['session'];
  if (typeof session !== 'string' || !WITH_SESSION.has(type)) return {};
  if (grip?.status !== 'usable' || clear['store'] === false) return {};
  return { sessionToken: sessionToken(grip.dataKey.reveal(), session) };
}
