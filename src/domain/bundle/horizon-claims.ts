import type { ErasureCertificate } from '../certificate/schemas.ts';
import { isSameInstant, ofType, type Dispute, type LogEvent } from './claims.ts';

type Claimed = Pick<ErasureCertificate, 'beyondBackupAt' | 'erased' | 'erasedAt'>;

/**
 * The second date of a certificate: of a horizon that covers every epoch up to its own, or of the erasure itself where that
 * came after the horizon. Keys of no known epoch are behind no horizon; where there never was a key, nothing can come back.
 */
export function checkHorizon(
  { beyondBackupAt, erased, erasedAt }: Claimed,
  events: readonly LogEvent[],
  dispute: Dispute,
): void {
  if (beyondBackupAt === null) return;
  const newest = Math.max(
    0,
    ...erased.filter(({ keys }) => keys.length > 0).map(({ epoch }) => epoch ?? Infinity),
  );
  const isReached = ofType(events, 'horizon.reached').some(({ envelope: { data } }) => {
    const { at, epoch } = data;
    if (typeof epoch !== 'number' || epoch < newest || typeof at !== 'string') return false;
    return isSameInstant(Date.parse(at) < Date.parse(erasedAt) ? erasedAt : at, beyondBackupAt);
  });
  if (!isReached) {
    dispute(
      'claim-unproven',
      'beyondBackupAt is not the time of a horizon in its evidence that covers its keys',
    );
  }
}
