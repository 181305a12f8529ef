import { LetheError } from '../errors.ts';
import type { EventData, LetheEvent } from '../events/catalogue.ts';
import type { Policy } from '../policy/policy.ts';

/** Promise 33: an aggregate over fewer people than this could single one of them out. */
export const MINIMUM_COHORT = 20;

export type DisclosureOrder = Omit<EventData<'disclosure.made'>, 'redacted'>;

/** Lists that leave in full only under an NDA (promise 13). */
const UNDER_NDA: ReadonlySet<DisclosureOrder['kind']> = new Set(['models', 'sub-processors']);

/** Promise 17: what a third party receives is what the policy names it for. */
export const isConfigured = (recipient: string, policy: Policy): boolean =>
  policy.subprocessors.some(({ name }) => name === recipient);

/** Promise 13: without an NDA the variant without names is what leaves. */
export const isRedacted = ({ kind, nda }: Pick<DisclosureOrder, 'kind' | 'nda'>): boolean =>
  UNDER_NDA.has(kind) && nda === undefined;

/** Throws `recipient-not-configured`, `authority-missing` (promise 19), `cohort-too-small`. */
export function disclose(order: DisclosureOrder, policy: Policy): LetheEvent<'disclosure.made'> {
  if (order.kind === 'third-party' && !isConfigured(order.recipient, policy)) {
    throw new LetheError('recipient-not-configured', 'the policy names no such sub-processor');
  }
  if (order.ground === 'required-by-law' && order.authority === undefined) {
    throw new LetheError('authority-missing', 'a disclosure required by law names the authority');
  }
  if (order.kind === 'analytics' && (order.cohort ?? 0) < MINIMUM_COHORT) {
    throw new LetheError('cohort-too-small', `analytics cover at least ${MINIMUM_COHORT} people`, {
      details: { minimum: MINIMUM_COHORT },
    });
  }
  return { type: 'disclosure.made', data: isRedacted(order) ? { ...order, redacted: true } : order };
}
