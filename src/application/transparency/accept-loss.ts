import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { CheckpointKeeper } from '../../domain/ports/notary.ts';
import { LETHE_SOURCE, type Recorder } from '../recorder.ts';
import { stampOf, type Tenants } from '../tenants.ts';
import type { Loss } from './start-check.ts';

/** What somebody says is lost: the tenant's log up to this checkpoint. */
export interface AcceptedLoss {
  readonly tenant: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** Who answers for it: an opaque id. */
  readonly by: string;
}

interface Deps {
  readonly keeper: CheckpointKeeper;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
}

/**
 * Goes on with what is left of a tenant's log: puts the loss on record in it, then the abandoned checkpoint aside, which
 * begins the log's next generation. Done again after a crash in between, it records nothing twice. Answers with the
 * generation. Throws `loss-not-found` unless exactly this is lost.
 */
export async function acceptLoss(
  { keeper, recorder, tenants, clock }: Deps,
  losses: readonly Loss[],
  { tenant, size, root, by }: AcceptedLoss,
): Promise<number> {
  const loss = losses.find(one => one.tenant === tenant);
  if (loss?.signed.size !== size || loss.signed.root.toString('base64') !== root)
    throw new LetheError(
      'loss-not-found',
      `nothing of that size and root is lost of the log of tenant ${tenant}: see what is`,
    );
  const generation = keeper.generation(tenant) + 1;
  const identity = { source: LETHE_SOURCE, sourceId: `log.loss-accepted ${generation}` };
  const data = { abandoned: { size, root }, size: loss.found, generation };
  const draft = { ...identity, type: 'log.loss-accepted', data, actor: { kind: 'staff', id: by } } as const;
  // Nothing can be put on record in a log of which nothing is left: the file that is put aside says it.
  if (loss.found > 0)
    await recorder.record(stampOf(await tenants.get(tenant)), [{ ...draft, time: clock.now() }]);
  await keeper.abandon(tenant);
  return generation;
}
