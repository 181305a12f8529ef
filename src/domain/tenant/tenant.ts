import type { Decider } from '../decider.ts';
import type { CellProfile } from '../cell/profile.ts';
import type { Policy } from '../policy/policy.ts';
import { decideTenant } from './decide.ts';
import { evolveTenant } from './evolve.ts';

/** One version of a tenant's policy: it never changes once adopted (promise 22). */
export interface AdoptedPolicy {
  /** Counts from 1. */
  readonly version: number;
  readonly policy: Policy;
  readonly inForceFrom: Date;
}

export type TenantState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'registered';
      readonly name: string;
      readonly region: string;
      /** Every version, oldest first. */
      readonly policies: readonly AdoptedPolicy[];
    };

export interface RegisterTenant {
  readonly kind: 'register';
  readonly name: string;
  readonly region: string;
  readonly policy: Policy;
  /** The deployment that it is registered in, where the cell has a profile. */
  readonly cell?: CellProfile | undefined;
  readonly at: Date;
}

export interface AdoptPolicy {
  readonly kind: 'adopt-policy';
  readonly policy: Policy;
  readonly at: Date;
}

export type TenantCommand = RegisterTenant | AdoptPolicy;

/** The version in force at `date`; undefined for a date before the first, or a tenant that is not registered. */
export const policyAt = (state: TenantState, date: Date): AdoptedPolicy | undefined =>
  state.status === 'registered'
    ? state.policies.findLast(({ inForceFrom }) => inForceFrom.getTime() <= date.getTime())
    : undefined;

/**
 * Stream of the tenant itself. Adopting the policy in force again is no event. Throws `tenant-exists`,
 * `tenant-not-found`, or the code of the policy's first conflict with faults that name them all.
 */
export const tenantDecider: Decider<TenantState, TenantCommand> = {
  initial: { status: 'unknown' },
  decide: decideTenant,
  evolve: evolveTenant,
};
