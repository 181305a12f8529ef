import type { EventNamed, RecordedEvent } from '../runner/view.ts';
import type { Tallies } from './tallies.ts';
import { viewerOf } from './viewer.ts';

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
      return;
    case 'pii.action-applied':
      tallies.add(event, 'pii-action', event.data.action);
      return;
    case 'account.registered':
      tallies.add(event, 'attestation', event.data.attestation ?? 'none');
      return;
    case 'account.blocked':
      tallies.add(event, 'account-blocked', event.data.ground);
      return;
    case 'report.issued':
      tallies.add(event, 'bundle', bundleOf(event), event.data.rows);
      return;
    case 'refusals.counted':
      tallies.add(event, 'refused', event.data.code, event.data.count);
      return;
    case 'access.revealed':
      // A viewer of its own: within a case staff may look (promises 25, 39).
      tallies.add(event, 'opening', `${event.data.purpose}:case`);
      if (isOutsideGrant(event)) tallies.add(event, 'revealed-outside-grant');
      return;
    case 'access.denied':
      tallies.add(event, 'denied', event.data.reason);
      return;
    default:
      return;
  }
}

/** Promise 25: by another person than who opened it, and not for longer than granted. */
const isOutsideGrant = ({ actor, time, data }: EventNamed<'access.revealed'>): boolean =>
  data.approver === actor.id || Date.parse(time) > Date.parse(data.expiresAt);

/** Promise 30: which kind of bundle, and whether each row of it was held against the published schema. */
const bundleOf = ({ data: { kind, rows } }: EventNamed<'report.issued'>): string =>
  `${kind}:${rows === undefined ? 'unchecked' : 'checked'}`;

type Made = EventNamed<
  'upload.received' | 'generation.requested' | 'generation.completed' | 'generation.blocked'
>;

function measureMade(event: Made, tallies: Tallies): void {
  const { data, sealed } = event;
  if (data.store === false)
    tallies.add(event, 'not-stored', sealed === undefined ? 'nothing' : 'sealed', sealed?.bytes);
  else if (event.type === 'upload.received' || event.type === 'generation.completed')
    tallies.add(event, 'made', sealed === undefined ? 'unsealed' : 'sealed');
  measureModel(event, tallies);
  if (event.type !== 'generation.blocked') return;
  tallies.add(event, 'blocked', event.data.ground);
  if (event.data.automated === undefined) tallies.add(event, 'blocked-without-reasons');
}

/** Promises 4, 13: which models served, and where; an answer that does not say where may have come from anywhere. */
function measureModel(event: Made, tallies: Tallies): void {
  const { model, modelRegion } = event.data;
  if (model !== undefined) tallies.add(event, 'model', `${model} ${modelRegion ?? ''}`);
  if (modelRegion !== undefined) tallies.add(event, 'model-region', modelRegion);
  else if (event.type === 'generation.completed') tallies.add(event, 'model-region-unsaid');
}
