import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';
import { viewerOf } from './viewer.ts';

interface Act {
  readonly event: RecordedEvent;
  readonly kind: string;
  readonly consent?: string | undefined;
}

/** Promises 23, 24, 25, 31, 39, 41, 45: what a later act has to respect, and the acts that have to. */
function actOf(event: RecordedEvent): Act[] {
  switch (event.type) {
    case 'training.opted-out':
      return [{ event, kind: 'opted-out' }];
    case 'training.opted-in':
      return [{ event, kind: 'opted-in' }];
    case 'processing.objected':
      return [{ event, kind: `objected:${event.data.purpose}` }];
    case 'account.registered':
      return event.data.attestation === undefined ? [] : [{ event, kind: 'attested' }];
    case 'account.blocked':
      return [{ event, kind: event.data.restriction === 'limit' ? 'limited' : 'blocked' }];
    case 'asset.shared':
      return [{ event, kind: `shared:${event.data.audience}`, consent: event.data.consent }];
    case 'training.used':
      return [{ event, kind: 'used', consent: event.data.consent }];
    case 'asset.viewed':
    case 'asset.downloaded':
      return viewerOf(event) === 'public' ? [{ event, kind: 'opened-in-public' }] : [];
    case 'access.approved':
      return [{ event, kind: `approved:${event.data.request}` }];
    case 'access.revealed':
      return [{ event, kind: `revealed:${event.data.request}` }];
    default:
      return [];
  }
}

const acts = bulkRows<Act>([
  { name: 'tenant', type: 'uuid', value: ({ event }) => event.tenant },
  { name: 'position', type: 'int8', value: ({ event }) => event.position },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'at', type: 'timestamptz', value: ({ event }) => event.time },
  { name: 'subject', type: 'uuid', value: ({ event }) => event.subject },
  { name: 'asset', type: 'text', value: ({ event }) => event.asset },
  { name: 'consent', type: 'text', value: ({ consent }) => consent },
]);

export async function writeActs(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const found = events.flatMap(actOf);
  if (found.length === 0) return;
  await db.query(`insert into ${schema}.acts (${acts.names}) ${acts.select}`, acts.values(found));
}
