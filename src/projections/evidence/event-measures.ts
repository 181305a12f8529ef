import type { EventNamed, RecordedEvent } from '../runner/view.ts';
import type { Tallies } from './tallies.ts';

/** What events of single types are measured by. */
export function measureEvent(event: RecordedEvent, tallies: Tallies): void {
  if ('sessionToken' in event.data && event.sealed?.parts.includes('network') !== true)
    tallies.add(event, 'session-unsent');
  switch (event.type) {
    case 'upload.received':
    case 'generation.requested':
    case 'generation.completed':
    case 'generation.blocked':
      measureMade(event, tallies);
      return;
    case 'asset.viewed':
    case 'subject.viewed':
      tallies.add(event, 'opening', `${event.data.purpose ?? 'none'}:${viewerOf(event)}`);
      return;
    case 'asset.downloaded':
      tallies.add(event, 'opening', `serving:${viewerOf(event)}`);
      return;
    case 'asset.shared':
      tallies.add(event, 'shared', event.data.audience);
      return;
    case 'pii.flagged':
      tallies.add(event, 'pii-flag', event.data.source ?? 'detector');
      if (event.source === 'lethe') tallies.add(event, 'pii-flag-of-personalized');
      return;
    case 'pii.action-applied':
      tallies.add(event, 'pii-action', `${event.policy}:${event.data.action}`);
      return;
    case 'account.registered':
      tallies.add(event, 'attestation', event.data.attestation ?? 'none');
      return;
    case 'refusals.counted':
      tallies.add(event, 'refused', event.data.code, event.data.count);
      return;
    case 'access.denied':
      tallies.add(event, 'denied', event.data.reason);
      return;
    default:
      return;
  }
}

type Made = EventNamed<
  'upload.received' | 'generation.requested' | 'generation.completed' | 'generation.blocked'
>;

function measureMade(event: Made, tallies: Tallies): void {
  const { data, policy, sealed } = event;
  if (data.modelRegion !== undefined) tallies.add(event, 'model-region', `${policy}:${data.modelRegion}`);
  if (data.store === false)
    tallies.add(event, 'not-stored', sealed === undefined ? 'nothing' : 'sealed', sealed?.bytes);
  else if (event.type === 'upload.received' || event.type === 'generation.completed')
    tallies.add(event, 'made', sealed === undefined ? 'unsealed' : 'sealed');
  if (event.type === 'generation.completed' && event.data.personalized === true)
    tallies.add(event, 'personalized');
  if (event.type !== 'generation.blocked') return;
  tallies.add(event, 'blocked', event.data.ground);
  if (event.data.automated === undefined) tallies.add(event, 'blocked-without-reasons');
}

export type Viewer = 'subject' | 'administrator' | 'staff' | 'worker' | 'api-client' | 'public';

const ADMINISTRATORS: ReadonlySet<string | undefined> = new Set(['tenant-admin', 'dpo']);

/** Who opened it: the credential where Lethe was asked itself, the platform's word where the platform reports. */
function viewerOf({
  actor,
  data,
}: EventNamed<'asset.viewed' | 'asset.downloaded' | 'subject.viewed'>): Viewer {
  if (actor.kind === 'api-client') return 'viewer' in data ? (data.viewer ?? 'api-client') : 'api-client';
  if (actor.kind === 'staff' && ADMINISTRATORS.has(actor.role)) return 'administrator';
  return actor.kind;
}
