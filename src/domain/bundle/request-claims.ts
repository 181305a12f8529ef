import type { ErasureReceipt } from '../certificate/schemas.ts';
import { isSameInstant, ofType, type Dispute, type LogEvent } from './claims.ts';

type Requested = Pick<ErasureReceipt, 'request' | 'scope' | 'subject' | 'cause' | 'requestedAt' | 'hiddenAt'>;

/**
 * What a document says of the deletion request, against the events of that very request: an event of another one, put
 * beside them, proves nothing of it.
 */
export function checkRequest(document: Requested, events: readonly LogEvent[], dispute: Dispute): void {
  const own = events.filter(event => isOf(document.request, event));
  if (own.length === 0) {
    dispute('claim-unproven', 'no event of its evidence belongs to the deletion request that it names');
  }
  checkWhat(document, own, dispute);
  checkDates(document, own, events, dispute);
}

/** A platform that gives its request no id is known by the event's own. */
const isOf = (request: string, { envelope }: LogEvent): boolean =>
  envelope.data['request'] === request || (envelope.type === 'deletion.requested' && envelope.id === request);

function checkWhat({ scope, subject, cause }: Requested, own: readonly LogEvent[], dispute: Dispute): void {
  const isAccount = ofType(own, 'account.deletion-requested', 'account.erased').length > 0;
  if ((scope === 'account') !== isAccount) {
    dispute('claim-differs', 'scope is not what the request in its evidence asked for');
  }
  if (subject !== null && !own.some(({ envelope }) => envelope.subject === subject)) {
    dispute('claim-unproven', 'no event of the request is about the user that subject names');
  }
  if (cause !== null && !own.some(({ envelope }) => envelope.data['cause'] === cause)) {
    dispute('claim-differs', 'cause is not that of any event of the request');
  }
}

function checkDates(
  { requestedAt, hiddenAt }: Requested,
  own: readonly LogEvent[],
  events: readonly LogEvent[],
  dispute: Dispute,
): void {
  const asked = ofType(own, 'deletion.requested', 'account.deletion-requested', 'asset.hidden');
  const isRequested = asked.some(
    ({ envelope }) =>
      isSameInstant(envelope.time, requestedAt) || isSameInstant(envelope.data['requestedAt'], requestedAt),
  );
  if (!isRequested) dispute('claim-differs', 'requestedAt is not the time of the request in its evidence');
  // What an earlier request hid stays hidden under this one: the asset is then the one that this request names.
  const named = new Set(asked.map(({ envelope }) => envelope.asset).filter(asset => asset !== undefined));
  const hidden = [
    ...ofType(own, 'account.deletion-requested'),
    ...ofType(events, 'asset.hidden').filter(
      event => own.includes(event) || named.has(event.envelope.asset ?? ''),
    ),
  ];
  if (hiddenAt !== null && !hidden.some(({ envelope }) => isSameInstant(envelope.time, hiddenAt))) {
    dispute('claim-differs', 'hiddenAt is not the time at which any event hid what was asked for');
  }
}
