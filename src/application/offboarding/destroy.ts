import type { Actor } from '../../domain/events/envelope.ts';
import { offboardingDecider } from '../../domain/offboarding/offboarding.ts';
import type { EpochStore, SurvivorsFiles } from '../../domain/ports/epoch-store.ts';
import type { Surroundings } from '../context.ts';
import { recordFact } from '../epochs/facts.ts';
import type { Preservation } from '../preservation.ts';
import type { Recorder } from '../recorder.ts';
import type { Tenants } from '../tenants.ts';
import type { TenantEnd } from '../vault/tenant-end.ts';

export interface DestroyDeps extends Surroundings {
  readonly preservation: Preservation;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly keys: TenantEnd;
  readonly epochs: Pick<EpochStore, 'list' | 'exclusively'>;
  readonly survivors: Pick<SurvivorsFiles, 'remove'>;
}

/**
 * From the recorded intent to the certificate, alone among all that change a tenant's epochs. Answers whether it is
 * complete: not while another process is at it, nor while the KMS could still bring a key back.
 */
export async function destroyTenant(deps: DestroyDeps, tenant: string, actor: Actor): Promise<boolean> {
  const destroyed = await deps.epochs.exclusively(tenant, async () => {
    const gone = await deps.keys.destroyTenantKeys(tenant);
    if (gone === undefined) return undefined;
    await recordEnds(deps, tenant, gone.at);
    await deps.keys.bury(tenant, gone.at);
    await deps.survivors.remove(tenant);
    return gone;
  });
  if (destroyed === undefined) return false;
  const kmsKeys = await deps.keys.kmsKeys(tenant);
  const command = { kind: 'complete', kmsKeys, certificate: deps.random.uuidv7(), ...destroyed } as const;
  await deps.preservation.change(tenant, actor, ({ offboarding }) => ({
    events: offboardingDecider.decide(command, offboarding),
  }));
  return true;
}

/** The horizon of each epoch that was still alive: erasures of before are beyond every backup from here on. */
async function recordEnds(deps: DestroyDeps, tenant: string, at: Date): Promise<void> {
  for (const row of await deps.epochs.list(tenant)) {
    if (row.state === 'destroyed') continue;
    const { kmsKeyId, epoch } = row;
    const instant = at.toISOString();
    await recordFact(deps, row, 'key.destroyed', { kmsKeyId, epoch, destroyedAt: instant });
    await recordFact(deps, row, 'horizon.reached', { epoch, at: instant });
  }
}
