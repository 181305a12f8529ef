import type { StreamEvent } from '../decider.ts';
import type { DsrFacts, DsrState } from './dsr.ts';

function received({ data, time, subject }: StreamEvent<'dsr.received'>): DsrState {
  const { dsr, kind, routedTo, dueBy, purpose, asset, consent } = data;
  return {
    ...{ dsr, kind, purpose, asset, consent },
    subject: subject ?? '',
    receivedAt: new Date(time),
    dueBy: new Date(dueBy),
    extended: 0,
    status: `with-${routedTo}`,
  };
}

const factsOf = ({
  dsr,
  kind,
  subject,
  receivedAt,
  dueBy,
  extended,
  purpose,
  asset,
  consent,
}: DsrFacts): DsrFacts => ({ dsr, kind, subject, receivedAt, dueBy, extended, purpose, asset, consent });

export function evolveDsr(state: DsrState, event: StreamEvent): DsrState {
  if (event.type === 'dsr.received') return state.status === 'unknown' ? received(event) : state;
  if (state.status === 'unknown' || state.status === 'answered') return state;
  switch (event.type) {
    case 'dsr.handed-over':
      return { ...factsOf(state), status: `with-${event.data.to}` };
    case 'dsr.extended':
      return {
        ...state,
        extended: state.extended + event.data.months,
        dueBy: new Date(event.data.dueBy),
      };
    case 'dsr.started':
      return {
        ...factsOf(state),
        status: 'answering',
        report: event.data.report,
        attempts: state.status === 'answering' ? state.attempts + 1 : 1,
      };
    case 'dsr.fulfilled':
      return {
        ...factsOf(state),
        status: 'answered',
        answer: event.data,
        answeredAt: new Date(event.time),
      };
    default:
      return state;
  }
}
