import type { EventData } from '../../domain/events/catalogue.ts';

/** A signal as the log has it, and whom it is about. */
export interface RaisedSignal extends EventData<'abuse.signalled'> {
  /** Inside reference of the account. */
  readonly subject: string;
}

/** Why a case is opened without a person asking for it. */
export interface UrgentSignal {
  readonly signal: Pick<RaisedSignal, 'signal' | 'subject' | 'rule' | 'severity' | 'assets'>;
  /** When the first of the signal's assets is erased. */
  readonly eraseAt: Date;
}

/**
 * Opens a case from a signal whose assets are about to be erased, and preserves just those assets. Called again with the
 * same signal, as after a crash, it answers with the same case and changes nothing. The case is durable when it resolves.
 */
export interface CaseOpener {
  openFor(tenant: string, urgent: UrgentSignal): Promise<{ readonly case: string }>;
}
