import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { ObjectionPurpose } from '../domain/events/dsr-events.ts';
import { loadSubject } from './subject-loader.ts';

export interface Purposes {
  /**
   * Resolves where the user's data may be processed for the purpose. Throws `purpose-closed` after an objection
   * (promise 31), `account-deleted` once the deletion of the account was asked for.
   */
  requireOpen(tenant: string, subject: string, purpose: ObjectionPurpose): Promise<void>;
}

export const createPurposes = ({ log }: { readonly log: EventLog }): Purposes => ({
  requireOpen: async (tenant, subject, purpose) => {
    const { state } = await loadSubject(log, tenant, subject);
    if (state.status !== 'active') throw new LetheError('account-deleted', 'the account is deleted');
    if (state.objections.includes(purpose) || (purpose === 'training' && state.training === 'opted-out')) {
      throw new LetheError('purpose-closed', `the user has objected to processing for ${purpose}`);
    }
  },
});
