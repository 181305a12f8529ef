import type { StreamEvent } from '../decider.ts';
import type { SubjectState } from './subject.ts';

export function evolveSubject(state: SubjectState, event: StreamEvent): SubjectState {
  if (state.status === 'erased') return state;
  switch (event.type) {
    case 'account.registered':
      return { ...state, registeredAt: state.registeredAt ?? new Date(event.time) };
    case 'account.blocked':
      return { ...state, blocked: event.data.ground };
    case 'training.opted-out':
      return { ...state, training: 'opted-out' };
    case 'training.opted-in':
      return { ...state, training: 'opted-in' };
    case 'processing.objected':
      return { ...state, objections: [...new Set([...state.objections, event.data.purpose])] };
    case 'account.deletion-requested':
      return state.status === 'deletion-requested'
        ? state
        : {
            ...state,
            ...{ request: event.data.request, cause: event.data.cause, requestedAt: new Date(event.time) },
            status: 'deletion-requested',
          };
    case 'account.erased': {
      const { request, certificate, erasedAt } = event.data;
      return { status: 'erased', request, certificate, erasedAt: new Date(erasedAt) };
    }
    default:
      return state;
  }
}
