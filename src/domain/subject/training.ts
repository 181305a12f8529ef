import type { Policy } from '../policy/policy.ts';
import type { SubjectState } from './subject.ts';

/** Whether a use for training is allowed: the policy's stance, then the user's word (promises 2, 24, 31, 36, 45). */
export function mayTrain(state: SubjectState, policy: Pick<Policy, 'training'>): boolean {
  if (state.status !== 'active' || policy.training === 'never') return false;
  if (state.objections.includes('training')) return false;
  return policy.training === 'opt-in' ? state.training === 'opted-in' : state.training !== 'opted-out';
}
