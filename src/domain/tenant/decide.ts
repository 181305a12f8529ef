import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import { assertAdoptable } from '../policy/lint.ts';
import type { Policy } from '../policy/policy.ts';
import type { AdoptPolicy, RegisterTenant, TenantCommand, TenantState } from './tenant.ts';

function register({ name, region, policy, cell }: RegisterTenant, state: TenantState): LetheEvent[] {
  if (state.status === 'registered')
    throw new LetheError('tenant-exists', 'the tenant is registered already');
  assertAdoptable(policy, region);
  return [
    { type: 'tenant.registered', data: { name, region, ...(cell && { cell }) } },
    { type: 'policy.adopted', data: { version: 1, policy } },
  ];
}

/** The document as text that does not depend on the order of its fields. */
const canonical = (policy: Policy): string =>
  JSON.stringify(Object.entries(policy).sort(([one], [other]) => (one < other ? -1 : 1)));

function adopt({ policy }: AdoptPolicy, state: TenantState): LetheEvent[] {
  if (state.status === 'unknown') throw new LetheError('tenant-not-found', 'no such tenant');
  assertAdoptable(policy, state.region);
  const current = state.policies.at(-1);
  if (current !== undefined && canonical(current.policy) === canonical(policy)) return [];
  return [{ type: 'policy.adopted', data: { version: (current?.version ?? 0) + 1, policy } }];
}

export function decideTenant(command: TenantCommand, state: TenantState): LetheEvent[] {
  switch (command.kind) {
    case 'register':
      return register(command, state);
    case 'adopt-policy':
      return adopt(command, state);
    default:
      return unreachable(command);
  }
}
