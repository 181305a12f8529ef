import type { ErasureCertificate, ErasureReceipt } from '../certificate/schemas.ts';
import { isSameInstant, isSameSet, ofType, type Dispute, type LogEvent } from './claims.ts';
import { checkHorizon } from './horizon-claims.ts';
import { checkRequest } from './request-claims.ts';

type Erased = ErasureCertificate['erased'][number];

/** Every date, key and id of a certificate that an event records, against that event. */
export function checkCertificateClaims(
  certificate: ErasureCertificate,
  events: readonly LogEvent[],
  dispute: Dispute,
): void {
  checkRequest(certificate, events, dispute);
  for (const erased of certificate.erased) checkErased(erased, events, dispute);
  checkIdentity(certificate, events, dispute);
  const { erasedAt, sanitization } = certificate;
  const last = certificate.erased
    .map(each => each.erasedAt)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
  if (!isSameInstant(erasedAt, last)) {
    dispute('claim-differs', 'erasedAt is not the time of the last erasure that it lists');
  }
  if (!isSameInstant(sanitization.sanitizedAt, erasedAt)) {
    dispute('claim-differs', 'sanitization.sanitizedAt is not erasedAt');
  }
  checkHorizon(certificate, events, dispute);
}

/** It has the id under which an erasure was certified, or that of its request; an account's includes the profile. */
function checkIdentity(
  { certificate, request, scope, erased }: ErasureCertificate,
  events: readonly LogEvent[],
  dispute: Dispute,
): void {
  const issued = ofType(events, 'erasure.certified', 'account.erased');
  if (
    certificate !== request &&
    !issued.some(({ envelope }) => envelope.data['certificate'] === certificate)
  ) {
    dispute('claim-unproven', 'no event of its evidence issued a certificate of its id');
  }
  if (scope === 'account' && !erased.some(({ asset }) => asset === null)) {
    dispute('claim-unproven', 'the profile of the account is not among what it lists as erased');
  }
}

/** What a receipt says remains, against the events that hid it. */
export function checkReceiptClaims(
  receipt: ErasureReceipt,
  events: readonly LogEvent[],
  dispute: Dispute,
): void {
  checkRequest(receipt, events, dispute);
  const isErased = receipt.state === 'erased' || receipt.state === 'beyond-backup';
  if (isErased && receipt.remains.some(({ erasedAt }) => erasedAt === null)) {
    dispute('claim-differs', 'state says that everything is erased, and what remains says otherwise');
  }
  for (const { asset, ground, eraseBy, erasedAt } of receipt.remains) {
    const ofAsset = ofType(events, 'asset.hidden', 'asset.erased').filter(
      ({ envelope }) => envelope.asset === asset,
    );
    const dates = ofAsset.map(({ envelope }) => envelope.data['eraseAt']);
    if (eraseBy !== null && !dates.some(date => isSameInstant(date, eraseBy))) {
      dispute('claim-differs', `eraseBy of asset ${asset} is not the date that its events record`);
    }
    const erasures = ofAsset.map(({ envelope }) => envelope.data['erasedAt']);
    if (erasedAt !== null && !erasures.some(date => isSameInstant(date, erasedAt))) {
      dispute('claim-differs', `erasedAt of asset ${asset} is not the date that its events record`);
    }
    const bases = ofType(ofAsset, 'asset.hidden').map(({ envelope }) => envelope.data['basis']);
    if (bases.length > 0 && ground !== 'legal-hold' && !bases.includes(ground)) {
      dispute(
        'claim-differs',
        `ground of asset ${asset} is not the one on which it was kept when it was hidden`,
      );
    }
  }
}

function checkErased(erased: Erased, events: readonly LogEvent[], dispute: Dispute): void {
  const { asset, logIndex } = erased;
  const what = asset === null ? 'the profile' : `asset ${asset}`;
  const event = events.find(({ leaf }) => leaf === logIndex);
  const type = asset === null ? 'account.erased' : 'asset.erased';
  if (event?.envelope.type !== type || (event.envelope.asset ?? null) !== asset) {
    dispute('claim-unproven', `leaf ${logIndex} of its evidence is not the erasure of ${what}`, logIndex);
    return;
  }
  const { data } = event.envelope;
  const differs = (field: string): void =>
    dispute('claim-differs', `${field} of ${what} is not what leaf ${logIndex} records`, logIndex);
  if (!isSameSet(data['keys'], erased.keys)) differs('keys');
  if (!isSameInstant(data['erasedAt'], erased.erasedAt)) differs('erasedAt');
  if ((data['epoch'] ?? null) !== erased.epoch) differs('epoch');
  if (erased.certificate !== null && !isCertified(erased, event, events)) {
    dispute(
      'claim-unproven',
      `no event of its evidence issued the certificate that it names for ${what}`,
      logIndex,
    );
  }
}

/** By the event of an account's end itself; of an asset by an event of its own. */
const isCertified = (
  { certificate, keys }: Erased,
  erasure: LogEvent,
  events: readonly LogEvent[],
): boolean =>
  erasure.envelope.data['certificate'] === certificate ||
  ofType(events, 'erasure.certified').some(
    ({ envelope: { asset, data } }) =>
      asset === erasure.envelope.asset &&
      data['certificate'] === certificate &&
      isSameSet(data['keys'], keys),
  );
