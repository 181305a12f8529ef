import type { Policy } from '../../domain/policy/policy.ts';
import type { Db } from '../runner/view.ts';

export interface TenantRow {
  readonly tenant: string;
  readonly name: string;
  readonly region: string;
  readonly registeredAt: Date;
}

export interface PolicyVersion {
  readonly version: number;
  readonly policy: Policy;
  readonly inForceFrom: Date;
  /** Log position of the adoption. */
  readonly position: number;
}

const COLUMNS = 'version, document as policy, in_force_from as "inForceFrom", position';

export async function getTenant(db: Db, tenant: string): Promise<TenantRow | undefined> {
  const { rows } = await db.query<TenantRow>(
    `select tenant, name, region, registered_at as "registeredAt" from view_policies.tenants where tenant = $1`,
    [tenant],
  );
  return rows[0];
}

/** All tenants, in the order in which they registered; on the writer's pool, since it crosses tenants. */
export async function listTenants(db: Db): Promise<TenantRow[]> {
  const { rows } = await db.query<TenantRow>(
    `select tenant, name, region, registered_at as "registeredAt" from view_policies.tenants order by position`,
  );
  return rows;
}

/** The newest version; undefined where the tenant has none. */
export async function currentPolicy(db: Db, tenant: string): Promise<PolicyVersion | undefined> {
  const { rows } = await db.query<PolicyVersion>(
    `select ${COLUMNS} from view_policies.versions where tenant = $1 order by version desc limit 1`,
    [tenant],
  );
  return rows[0];
}

/** The version in force at a date; undefined before the first. */
export async function policyAt(db: Db, tenant: string, at: Date): Promise<PolicyVersion | undefined> {
  const { rows } = await db.query<PolicyVersion>(
    `select ${COLUMNS} from view_policies.versions
     where tenant = $1 and in_force_from <= $2 order by version desc limit 1`,
    [tenant, at],
  );
  return rows[0];
}

/** Every version, oldest first. */
export async function versions(db: Db, tenant: string): Promise<PolicyVersion[]> {
  const { rows } = await db.query<PolicyVersion>(
    `select ${COLUMNS} from view_policies.versions where tenant = $1 order by version`,
    [tenant],
  );
  return rows;
}

/** Tenants whose newest policy has PII detection on; on the writer's pool, since it crosses tenants. */
export async function tenantsDetectingPii(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    `select tenant from view_policies.versions newest
     where document ->> 'piiDetection' = 'on' and not exists (
       select from view_policies.versions later where later.tenant = newest.tenant and later.version > newest.version)`,
  );
  return rows.map(({ tenant }) => tenant);
}
