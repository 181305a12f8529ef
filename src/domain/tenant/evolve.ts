import type { StreamEvent } from '../decider.ts';
import type { TenantState } from './tenant.ts';

function adopted(state: TenantState, { data, time }: StreamEvent<'policy.adopted'>): TenantState {
  if (state.status === 'unknown') return state;
  const previous = state.policies.at(-1)?.inForceFrom.getTime() ?? 0;
  // A clock that jumped back does not put a version in force before the one that it replaces.
  const inForceFrom = new Date(Math.max(previous, Date.parse(time)));
  const { version, policy } = data;
  return { ...state, policies: [...state.policies, { version, policy, inForceFrom }] };
}

export function evolveTenant(state: TenantState, event: StreamEvent): TenantState {
  switch (event.type) {
    case 'tenant.registered': {
      const { name, region } = event.data;
      return state.status === 'unknown' ? { status: 'registered', name, region, policies: [] } : state;
    }
    case 'policy.adopted':
      return adopted(state, event);
    default:
      return state;
  }
}
