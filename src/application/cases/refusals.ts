import { LetheError } from '../../domain/errors.ts';
import type { EventData } from '../../domain/events/catalogue.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import type { Surroundings } from '../context.ts';
import type { Recorder } from '../recorder.ts';
import { stampOf, type Tenants } from '../tenants.ts';

/** What somebody tries to do with the content of a case. */
export interface Attempt {
  readonly tenant: string;
  readonly case: string;
  readonly actor: Actor;
  readonly action: string;
  readonly request?: string;
  readonly asset?: string;
}

export type OnUnrecorded = (
  error: unknown,
  refusal: { readonly tenant: string; readonly reason: string },
) => void;

/** Refusals of a rule; a conflict or a log that is down refuses nobody. */
const REFUSALS: ReadonlySet<string> = new Set([
  'own-approval',
  'case-not-found',
  'case-closed',
  'asset-not-linked',
  'asset-not-found',
  'asset-erased',
  'access-request-not-found',
  'access-not-pending',
  'access-not-approved',
  'access-of-another',
  'access-expired',
  'access-ended',
]);

/** What of an attempt is there: an id that nothing answers to is the caller's own word, and could be another tenant's. */
function found(
  { case: id, request, asset }: Attempt,
  reason: string,
): Omit<EventData<'access.denied'>, 'action' | 'reason'> {
  switch (reason) {
    case 'case-not-found':
      return {};
    case 'access-request-not-found':
      return { case: id };
    case 'asset-not-found':
      return { case: id, request };
    default:
      return { case: id, request, asset };
  }
}

interface Deps extends Surroundings {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly onUnrecorded: OnUnrecorded;
}

/** Promises 18, 25: whoever is refused leaves a trace, before the answer, wherever the log takes it. */
export function createCaseRefusals({ recorder, tenants, clock, onUnrecorded }: Deps) {
  const record = async (attempt: Attempt, reason: string): Promise<void> => {
    const { tenant, actor, action } = attempt;
    const data = { action, reason, ...found(attempt, reason) };
    const stamp = stampOf(await tenants.get(tenant));
    await recorder.record(stamp, [{ type: 'access.denied', data, actor, time: clock.now() }]);
  };

  const refusable = async <T>(attempt: Attempt, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LetheError && REFUSALS.has(error.code)) {
        const { code: reason } = error;
        await record(attempt, reason).catch((unrecorded: unknown) =>
          onUnrecorded(unrecorded, { tenant: attempt.tenant, reason }),
        );
      }
      throw error;
    }
  };

  return { refusable };
}
