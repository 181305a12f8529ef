import { LetheError, unreachable } from '../errors.ts';
import { PII_ACTIONS, type PiiAction } from '../events/pii-events.ts';
import { type DeletionCause } from '../events/erasure-events.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import { eraseAtOnRequest } from '../time/retention.ts';
import type {
  AssetCommand,
  AssetState,
  CertifyErasure,
  EraseAsset,
  FlagPii,
  RequestDeletion,
  VisibleAsset,
} from './asset.ts';

const notFound = (): LetheError => new LetheError('asset-not-found', 'no such asset');

const noRetention = (): LetheError =>
  new LetheError('asset-retention-missing', 'the event that created the asset carries no retention dates');

/** Hides at once and says when the keys go (promises 10, 11); a copy stays only while the window is open. */
function hide(
  state: VisibleAsset,
  { request, cause, at }: { request: string; cause: DeletionCause; at: Date },
): LetheEvent[] {
  if (state.retention === undefined) throw noRetention();
  const eraseAt = eraseAtOnRequest(at, state.retention);
  const basis = eraseAt.getTime() > at.getTime() ? 'abuse-monitoring' : 'none';
  return [
    { type: 'deletion.requested', data: { request, cause } },
    { type: 'asset.hidden', data: { request, cause, eraseAt: eraseAt.toISOString(), basis } },
  ];
}

function requestDeletion(command: RequestDeletion, state: AssetState): LetheEvent[] {
  switch (state.status) {
    case 'unknown':
      throw notFound();
    case 'visible':
      return hide(state, command);
    case 'hidden':
    case 'erased':
      return [];
    default:
      return unreachable(state);
  }
}

/** A finding never weakens the action in force: a hidden asset does not come back because a policy became milder. */
const stricter = (one: PiiAction, other: PiiAction | undefined): PiiAction =>
  other !== undefined && PII_ACTIONS.indexOf(other) > PII_ACTIONS.indexOf(one) ? other : one;

function flagPii({ flag, action: wanted, request, at }: FlagPii, state: AssetState): LetheEvent[] {
  if (state.status === 'unknown') throw notFound();
  if (state.status === 'erased') throw new LetheError('asset-erased', 'the asset is erased');
  const action = stricter(wanted, state.pii?.action);
  const { detector, detectorVersion } = flag;
  const by = { ...(detector && { detector }), ...(detectorVersion && { detectorVersion }) };
  const flagged: LetheEvent[] = [
    { type: 'pii.flagged', data: flag },
    { type: 'pii.action-applied', data: { action, ...by } },
  ];
  if (action !== 'delete' || state.status === 'hidden') return flagged;
  return [...flagged, ...hide(state, { request, cause: 'pii', at })];
}

function erase({ batch, keys, epoch, at }: EraseAsset, state: AssetState): LetheEvent[] {
  if (state.status === 'unknown') throw notFound();
  if (state.status === 'erased') return [];
  if (state.eraseAt === undefined) throw noRetention();
  const eraseAt = state.eraseAt.toISOString();
  if (at.getTime() < state.eraseAt.getTime()) {
    throw new LetheError('erasure-too-early', `the asset is not to be erased before ${eraseAt}`, {
      details: { eraseAt },
    });
  }
  const why =
    state.status === 'hidden'
      ? { cause: state.cause, request: state.request }
      : { cause: 'schedule' as const };
  const destroyed = { keys: [...keys], ...(epoch !== undefined && { epoch }) };
  return [
    { type: 'asset.erased', data: { batch, ...why, ...destroyed, eraseAt, erasedAt: at.toISOString() } },
  ];
}

function certify({ certificate, position }: CertifyErasure, state: AssetState): LetheEvent[] {
  if (state.status === 'unknown') throw notFound();
  if (state.status !== 'erased') throw new LetheError('asset-not-erased', 'only an erasure can be certified');
  if (state.certificate !== undefined) return [];
  const { keys, request, erasedAt } = state;
  const data = {
    ...{ certificate, method: 'cryptographic-erase' as const, keys: [...keys], position },
    ...(request !== undefined && { request }),
    erasedAt: erasedAt.toISOString(),
  };
  return [{ type: 'erasure.certified', data }];
}

export function decideAsset(command: AssetCommand, state: AssetState): LetheEvent[] {
  switch (command.kind) {
    case 'request-deletion':
      return requestDeletion(command, state);
    case 'flag-pii':
      return flagPii(command, state);
    case 'erase':
      return erase(command, state);
    case 'certify-erasure':
      return certify(command, state);
    default:
      return unreachable(command);
  }
}
