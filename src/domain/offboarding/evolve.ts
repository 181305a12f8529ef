import type { StreamEvent } from '../decider.ts';
import type { OffboardingState } from './offboarding.ts';

const NOT_EXPORTED = { report: undefined, exportAskedAt: undefined, exports: 0 } as const;

/** What does not follow from the state before it changes nothing. */
export function evolveOffboarding(state: OffboardingState, event: StreamEvent): OffboardingState {
  switch (event.type) {
    case 'offboarding.announced': {
      const { offboarding, by, notBefore } = event.data;
      const dates = { announcedAt: new Date(event.time), notBefore: new Date(notBefore) };
      return state.status === 'none' ? { status: 'announced', offboarding, by, ...dates } : state;
    }
    case 'offboarding.confirmed':
      if (state.status !== 'announced') return state;
      return { ...state, status: 'confirmed', confirmedAt: new Date(event.time), ...NOT_EXPORTED };
    case 'offboarding.withdrawn':
      return state.status === 'announced' || state.status === 'confirmed' ? { status: 'none' } : state;
    case 'offboarding.exporting':
      if (state.status !== 'confirmed') return state;
      return {
        ...state,
        report: event.data.report,
        exportAskedAt: new Date(event.time),
        exports: state.exports + 1,
      };
    case 'offboarding.started':
      return state.status === 'confirmed'
        ? { ...state, status: 'started', kmsKeys: event.data.kmsKeys }
        : state;
    case 'tenant.erased': {
      const { kmsKeys, foundGone = [], erasedAt, certificate } = event.data;
      if (state.status !== 'started') return state;
      return { ...state, status: 'erased', kmsKeys, foundGone, certificate, erasedAt: new Date(erasedAt) };
    }
    default:
      return state;
  }
}
