import { decodeEnvelope, type Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import { admitTenant } from '../domain/cell/admit.ts';
import type { CellProfile } from '../domain/cell/profile.ts';
import { lintPolicy, type Conflict } from '../domain/policy/lint.ts';
import type { Policy, PolicyRequest } from '../domain/policy/policy.ts';
import { resolvePolicy } from '../domain/policy/packs.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { fold } from '../domain/decider.ts';
import { policyAt, tenantDecider, type TenantState } from '../domain/tenant/tenant.ts';
import type { Surroundings } from './context.ts';
import type { Draft, Recorder, TenantStamp } from './recorder.ts';
import { TENANT_STREAM } from './streams.ts';
import type { Vault } from './vault/vault.ts';

type Registered = Extract<TenantState, { status: 'registered' }>;

/** A tenant as use cases see it. */
export interface TenantInfo {
  readonly tenant: string;
  readonly name: string;
  readonly region: string;
  /** Version in force, and its document. */
  readonly version: number;
  readonly policy: Policy;
  /** The version that was in force at a date; the first one for dates before it. */
  policyAt(date: Date): { readonly version: number; readonly policy: Policy };
}

export const stampOf = (tenant: TenantInfo): TenantStamp => ({
  tenant: tenant.tenant,
  region: tenant.region,
  policy: tenant.version,
});

export interface PolicyReceipt {
  readonly version: number;
  readonly policy: Policy;
  readonly conflicts: readonly Conflict[];
  readonly position: number;
}

export interface Tenants {
  /** Throws `tenant-not-found`. At most `FRESH_MS` old where another process changed the tenant. */
  get(tenant: string): Promise<TenantInfo>;
  /**
   * Makes the tenant's keys, then the tenant. Throws the code of the first policy conflict, naming each, and
   * `region-not-served` or `cell-dedicated` where the cell may not have it.
   */
  register(
    request: { readonly name: string; readonly region: string; readonly policy: PolicyRequest },
    actor: Actor,
  ): Promise<PolicyReceipt & { readonly tenant: string }>;
  adoptPolicy(tenant: string, request: PolicyRequest, actor: Actor): Promise<PolicyReceipt>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly vault: Vault;
  /** The cell that this process is part of, where it has a profile. */
  readonly cell?: CellProfile | undefined;
}

/** How long a tenant's state is taken as it is before its stream is looked at again. */
const FRESH_MS = 1_000;
const CACHED_TENANTS = 10_000;

interface Loaded {
  readonly state: TenantState;
  readonly revision: number;
  readonly readAt: number;
}

export function createTenants(deps: Deps): Tenants {
  const cache = new Map<string, Loaded>();

  const load = async (tenant: string, fresh: boolean): Promise<Loaded> => {
    const cached = cache.get(tenant);
    const now = deps.clock.now().getTime();
    if (cached !== undefined && !fresh && Math.abs(now - cached.readAt) < FRESH_MS) return cached;
    const events = await deps.log.readStream(tenant, TENANT_STREAM, cached?.revision ?? -1);
    const state = fold(
      tenantDecider,
      events.map(({ envelope }) => decodeEnvelope(envelope)),
      cached?.state,
    );
    const loaded = { state, revision: events.at(-1)?.revision ?? cached?.revision ?? -1, readAt: now };
    if (state.status === 'registered') {
      if (cache.size >= CACHED_TENANTS) cache.clear();
      cache.set(tenant, loaded);
    }
    return loaded;
  };

  const get: Tenants['get'] = async tenant => infoOf(tenant, (await load(tenant, false)).state);

  const append = async (
    tenant: string,
    stamp: Omit<TenantStamp, 'tenant'>,
    drafts: readonly Draft[],
    revision: number,
  ): Promise<number> => {
    const events = deps.recorder.prepare({ tenant, ...stamp }, drafts);
    const result = await deps.recorder.append(events, [{ tenant, stream: TENANT_STREAM, revision }]);
    if (result.status !== 'appended')
      throw new LetheError('log-conflict', 'the tenant changed meanwhile; try again');
    await load(tenant, true);
    return result.positions.at(-1) ?? 0;
  };

  const register: Tenants['register'] = async ({ name, region, policy: request }, actor) => {
    const tenant = deps.random.uuidv7();
    // A cell's first event registers its first tenant.
    admitTenant(deps.cell, region, (await deps.log.head()) === 0);
    const policy = resolvePolicy(request, region);
    const time = deps.clock.now();
    const events = tenantDecider.decide(
      { kind: 'register', name, region, policy, cell: deps.cell, at: time },
      tenantDecider.initial,
    );
    const { kmsKeyId, epoch } = await deps.vault.createTenantKeys(tenant, region);
    const drafts: Draft[] = [
      ...events.map(event => ({ ...event, actor, time })),
      { type: 'key.created', data: { kmsKeyId, epoch }, actor, time },
    ];
    const position = await append(tenant, { region, policy: 1 }, drafts, -1);
    return { tenant, version: 1, policy, conflicts: lintPolicy(policy, region), position };
  };

  const adoptPolicy: Tenants['adoptPolicy'] = async (tenant, request, actor) => {
    const { state, revision } = await load(tenant, true);
    const { region, version } = infoOf(tenant, state);
    const policy = resolvePolicy(request, region);
    const time = deps.clock.now();
    const events = tenantDecider.decide({ kind: 'adopt-policy', policy, at: time }, state);
    const conflicts = lintPolicy(policy, region);
    if (events.length === 0) return { version, policy, conflicts, position: 0 };
    const position = await append(
      tenant,
      { region, policy: version + 1 },
      events.map(event => ({ ...event, actor, time })),
      revision,
    );
    return { version: version + 1, policy, conflicts, position };
  };

  return { get, register, adoptPolicy };
}

function infoOf(tenant: string, state: TenantState): TenantInfo {
  if (state.status !== 'registered') throw new LetheError('tenant-not-found', 'no such tenant');
  return tenantInfo(tenant, state);
}

function tenantInfo(tenant: string, state: Registered): TenantInfo {
  const current = state.policies.at(-1);
  if (current === undefined) throw new LetheError('tenant-not-found', 'the tenant has no policy');
  return {
    tenant,
    name: state.name,
    region: state.region,
    version: current.version,
    policy: current.policy,
    policyAt: date => policyAt(state, date) ?? state.policies[0] ?? current,
  };
}
