import type { AnyEnvelope } from '../events/envelope.ts';

interface AssetFact {
  readonly asset: string;
  /** Milliseconds since 1970, as the reporter says. */
  readonly at: number;
}

/** What an event means to the rules. */
export type Fact =
  | ({ readonly kind: 'made' } & AssetFact)
  | ({ readonly kind: 'deleted' } & AssetFact)
  | ({ readonly kind: 'flagged' } & AssetFact)
  /** `isMade`: the platform reports no more of this call than that it was blocked. */
  | ({ readonly kind: 'blocked'; readonly isMade: boolean } & AssetFact)
  | { readonly kind: 'banned'; readonly at: number }
  | { readonly kind: 'asset-erased'; readonly asset: string }
  | { readonly kind: 'account-erased' };
export type FactKind = Fact['kind'];

/** The types of event that say anything to the rules: what is of another type need not be decoded. */
export const TELLING: ReadonlySet<string> = new Set([
  'upload.received',
  'generation.requested',
  'generation.completed',
  'generation.blocked',
  'deletion.requested',
  'pii.flagged',
  'account.blocked',
  'asset.erased',
  'account.erased',
]);

/** Block grounds that say something about the account's conduct. */
const MISCONDUCT: ReadonlySet<string> = new Set(['abuse', 'fraud', 'legal', 'contract']);

/**
 * The fact in an event of an account, by the event's place in its stream: the first of an asset's events is the one that
 * brings it into being. Undefined where the rules have no use for it.
 */
export function factOf(event: AnyEnvelope, revision: number): Fact | undefined {
  const { asset } = event;
  const at = Date.parse(event.time);
  switch (event.type) {
    case 'account.blocked':
      return MISCONDUCT.has(event.data.ground) ? { kind: 'banned', at } : undefined;
    case 'account.erased':
      return { kind: 'account-erased' };
    default:
      return asset === undefined ? undefined : assetFact(event, asset, at, revision);
  }
}

function assetFact(event: AnyEnvelope, asset: string, at: number, revision: number): Fact | undefined {
  switch (event.type) {
    case 'upload.received':
    case 'generation.requested':
    case 'generation.completed':
      return revision === 0 ? { kind: 'made', asset, at } : undefined;
    case 'generation.blocked':
      return { kind: 'blocked', isMade: revision === 0, asset, at };
    case 'deletion.requested':
      // What a schedule, a cascade or somebody else deletes says nothing about the account. The asset is hidden when the
      // request arrives, which of a backlog is all at one go; the request says when the user made it.
      return event.data.cause === 'user' ? { kind: 'deleted', asset, at } : undefined;
    case 'pii.flagged':
      return { kind: 'flagged', asset, at };
    case 'asset.erased':
      return { kind: 'asset-erased', asset };
    default:
      return undefined;
  }
}
