import type { StreamEvent } from '../decider.ts';
import { assetDecider, type AssetState } from '../asset/asset.ts';
import type { Policy } from '../policy/policy.ts';
import type { SubjectState } from '../subject/subject.ts';
import { mayTrain } from '../subject/training.ts';

export const TRAINING_DENIALS = [
  'policy-never',
  'hidden',
  'erased',
  'withheld',
  'objection',
  'opted-out',
  'not-shared',
  'no-consent',
] as const;
export type TrainingDenial = (typeof TRAINING_DENIALS)[number];

export type TrainingDecision =
  | { readonly use: true; readonly consent?: string }
  | { readonly use: false; readonly reason: TrainingDenial };

/** An asset as far as training is concerned. */
export interface TrainableAsset {
  readonly asset: AssetState;
  /** Shared with the community, and the consent that the last such sharing named. */
  readonly shared: { readonly consent: string | undefined } | undefined;
}

export const untouchedAsset: TrainableAsset = { asset: assetDecider.initial, shared: undefined };

export function evolveTrainable({ asset, shared }: TrainableAsset, event: StreamEvent): TrainableAsset {
  return {
    asset: assetDecider.evolve(asset, event),
    // The last word counts: shared with fewer people since, it is the community's no more.
    shared:
      event.type !== 'asset.shared'
        ? shared
        : event.data.audience === 'community'
          ? { consent: event.data.consent }
          : undefined,
  };
}

const denied = (reason: TrainingDenial): TrainingDecision => ({ use: false, reason });

/**
 * Whether one asset may be used for training, and on which consent: the policy's stance first (promises 2, 36), then what
 * has become of the asset, then the user's word (promises 24, 31), then sharing and consent where the policy asks for
 * them (promise 45). The asset must exist.
 */
export function decideTraining(
  { asset, shared }: TrainableAsset,
  user: SubjectState,
  policy: Pick<Policy, 'training'>,
): TrainingDecision {
  if (policy.training === 'never') return denied('policy-never');
  if (asset.status === 'erased') return denied('erased');
  if (asset.status !== 'visible' || user.status !== 'active') return denied('hidden');
  if (asset.pii !== undefined && asset.pii.action !== 'flag') return denied('withheld');
  if (user.objections.includes('training')) return denied('objection');
  if (user.training === 'opted-out') return denied('opted-out');
  if (policy.training === 'opt-out') return mayTrain(user, policy) ? { use: true } : denied('no-consent');
  if (shared === undefined) return denied('not-shared');
  const { consent } = shared;
  return mayTrain(user, policy) && consent !== undefined ? { use: true, consent } : denied('no-consent');
}
