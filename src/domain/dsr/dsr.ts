import type { Decider } from '../decider.ts';
import type { EventData } from '../events/catalogue.ts';
import type { DsrKind, DsrRoute } from '../events/dsr-events.ts';
import { decideDsr } from './decide.ts';
import { evolveDsr } from './evolve.ts';

/** What stays true of a request whatever becomes of it. */
export interface DsrFacts {
  readonly dsr: string;
  readonly kind: DsrKind;
  /** Inside reference of the person. */
  readonly subject: string;
  readonly receivedAt: Date;
  readonly dueBy: Date;
  /** Further months granted so far. */
  readonly extended: number;
  /** What the request is about, by kind. */
  readonly purpose: EventData<'dsr.received'>['purpose'];
  readonly asset: string | undefined;
  readonly consent: string | undefined;
}

/** What was done, as the answer says. */
export type DsrAnswer = Omit<EventData<'dsr.fulfilled'>, 'dsr'>;

export type DsrState =
  | { readonly status: 'unknown' }
  /** It is the organisation's administrator's turn: Lethe does nothing by itself (promise 21). */
  | (DsrFacts & { readonly status: 'with-organisation' })
  /** It is Lethe's turn. */
  | (DsrFacts & { readonly status: 'with-platform' })
  /** A report is being made as the answer. */
  | (DsrFacts & { readonly status: 'answering'; readonly report: string; readonly attempts: number })
  | (DsrFacts & { readonly status: 'answered'; readonly answer: DsrAnswer; readonly answeredAt: Date });

export interface ReceiveDsr {
  readonly kind: 'receive';
  readonly request: Omit<EventData<'dsr.received'>, 'dueBy'>;
  /** When the person asked, which may be before it was entered. */
  readonly receivedAt: Date;
}

export interface HandOverDsr {
  readonly kind: 'hand-over';
  readonly to: DsrRoute;
}

export interface ExtendDsr {
  readonly kind: 'extend';
  readonly months: number;
  readonly reason: EventData<'dsr.extended'>['reason'];
  readonly at: Date;
}

export interface StartDsr {
  readonly kind: 'start';
  readonly report: string;
  /** The report that failed, whose place it takes. */
  readonly replaces?: string;
}

export interface AnswerDsr {
  readonly kind: 'answer';
  readonly answer: DsrAnswer;
}

export type DsrCommand = ReceiveDsr | HandOverDsr | ExtendDsr | StartDsr | AnswerDsr;

export type DsrAnswering = Extract<DsrState, { status: 'answering' }>;

export type DsrOpen = Extract<DsrState, { status: 'with-organisation' | 'with-platform' | 'answering' }>;

/** Reports asked for as one answer before a person has to look: a fault that passes is not waited for by anybody. */
export const MOST_REPORT_ATTEMPTS = 3;

export const isOpen = (state: DsrState): state is DsrOpen =>
  state.status !== 'unknown' && state.status !== 'answered';

/**
 * Stream `dsr/<id>`: one request of a person under GDPR Art. 15 to 21. Throws `data-request-not-found`,
 * `data-request-answered`, `data-request-overdue` (an extension that comes after the date), `extension-used-up`.
 */
export const dsrDecider: Decider<DsrState, DsrCommand> = {
  initial: { status: 'unknown' },
  decide: decideDsr,
  evolve: evolveDsr,
};
