import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import { dueBy, MOST_FURTHER_MONTHS } from './deadline.ts';
import type {
  AnswerDsr,
  DsrCommand,
  DsrOpen,
  DsrState,
  ExtendDsr,
  HandOverDsr,
  ReceiveDsr,
  StartDsr,
} from './dsr.ts';

function open(state: DsrState): DsrOpen {
  if (state.status === 'unknown') throw new LetheError('data-request-not-found', 'no such request');
  if (state.status === 'answered')
    throw new LetheError('data-request-answered', 'the request is answered already');
  return state;
}

const receive = ({ request, receivedAt }: ReceiveDsr, state: DsrState): LetheEvent[] =>
  state.status === 'unknown'
    ? [{ type: 'dsr.received', data: { ...request, dueBy: dueBy(receivedAt).toISOString() } }]
    : [];

/** Handing over to where it lies already is no event; a report that is being made is given up. */
function handOver({ to }: HandOverDsr, state: DsrState): LetheEvent[] {
  const { dsr, status } = open(state);
  if (status === `with-${to}`) return [];
  return [{ type: 'dsr.handed-over', data: { dsr, to } }];
}

/** GDPR Art. 12(3): by two further months at most, and the person is told within the month. */
function extend({ months, reason, at }: ExtendDsr, state: DsrState): LetheEvent[] {
  const { dsr, receivedAt, extended, dueBy: due } = open(state);
  if (at.getTime() > due.getTime()) {
    throw new LetheError('data-request-overdue', 'a request can be extended until its date, not after it');
  }
  const further = extended + months;
  if (further > MOST_FURTHER_MONTHS) {
    throw new LetheError(
      'extension-used-up',
      `a request can be extended by ${MOST_FURTHER_MONTHS} months in all`,
    );
  }
  const until = dueBy(receivedAt, further).toISOString();
  return [{ type: 'dsr.extended', data: { dsr, months, reason, dueBy: until } }];
}

/** Only while it is Lethe's turn: what a person is deciding about is not answered behind their back. */
function start({ report, replaces }: StartDsr, state: DsrState): LetheEvent[] {
  const opened = open(state);
  const awaited = opened.status === 'answering' ? opened.report : undefined;
  const isDue = opened.status === 'with-platform' || (awaited !== undefined && awaited === replaces);
  return isDue ? [{ type: 'dsr.started', data: { dsr: opened.dsr, report } }] : [];
}

function answer({ answer: said }: AnswerDsr, state: DsrState): LetheEvent[] {
  const { dsr } = open(state);
  if (said.outcome === 'refused' && said.ground === undefined) {
    throw new LetheError('ground-missing', 'a refusal says on which ground');
  }
  return [{ type: 'dsr.fulfilled', data: { dsr, ...said } }];
}

export function decideDsr(command: DsrCommand, state: DsrState): LetheEvent[] {
  switch (command.kind) {
    case 'receive':
      return receive(command, state);
    case 'hand-over':
      return handOver(command, state);
    case 'extend':
      return extend(command, state);
    case 'start':
      return start(command, state);
    case 'answer':
      return answer(command, state);
    default:
      return unreachable(command);
  }
}
