import type { DsrRoute } from '../events/dsr-events.ts';
import type { PackName, Policy } from '../policy/policy.ts';

/** Packs that promise that the organisation's administrator is asked first (promise 21). */
const ORGANISATION_FIRST: ReadonlySet<PackName> = new Set<PackName>(['neurasea']);

export const routeOf = ({ pack }: Pick<Policy, 'pack'>): DsrRoute =>
  ORGANISATION_FIRST.has(pack) ? 'organisation' : 'platform';
