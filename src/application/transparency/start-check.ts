import { LetheError } from '../../domain/errors.ts';
import { leafHash } from '../../domain/merkle/hash.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { CheckpointKeeper, LogKeys } from '../../domain/ports/notary.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { openCheckpoint, type Checkpoint } from '../../domain/tlog/checkpoint.ts';
import type { Extender } from './extend.ts';
import type { TreeReader } from './tree-reader.ts';

export interface StartCheckDeps {
  readonly log: Pick<EventLog, 'head' | 'readAt'>;
  readonly trees: TreeStore;
  readonly reader: TreeReader;
  readonly extender: Extender;
  readonly keeper: CheckpointKeeper;
  readonly keys: LogKeys;
}

const WHAT_TO_DO =
  'The database was restored from a backup that is too old, or changed. Restore a newer one; docs/operating.md says how. ' +
  'Nothing is served before.';

/** A log that is not what was signed of it. */
export interface Loss {
  readonly tenant: string;
  /** The newest checkpoint that was kept outside the database. */
  readonly signed: Checkpoint;
  /** Events that the log has now; at least as many as were signed where others stand in their place. */
  readonly found: number;
}

/**
 * Holds the log against every checkpoint kept outside the database, before anything opens: each tenant's log must have at
 * least as many events as were signed, its tree begin with exactly those, and the last of them be the one that is stored.
 * Rows before it are not read again, so that a start stays short: `verifyLiveLog` reads each. Throws
 * `log-shorter-than-checkpoint` or `log-contradicts-checkpoint`, which name the tenant and both sizes.
 */
export async function checkLogAgainstCheckpoints(deps: StartCheckDeps): Promise<void> {
  const [loss] = await findLosses(deps);
  if (loss !== undefined) throw lossError(loss);
}

/** Every tenant whose log is not what was signed of it. Throws `log-shorter-than-checkpoint` where trees have no log. */
export async function findLosses(deps: StartCheckDeps): Promise<Loss[]> {
  const { log, trees, extender, keeper, keys } = deps;
  const [cursor, head] = [await trees.cursor(), await log.head()];
  if (cursor > head)
    throw new LetheError(
      'log-shorter-than-checkpoint',
      `the log ends at position ${head}, but its trees reach to ${cursor}. ${WHAT_TO_DO}`,
    );
  await extender.catchUp();
  const losses: Loss[] = [];
  for (const tenant of await keeper.tenants()) {
    const kept = await keeper.read(tenant);
    if (kept === undefined) continue;
    const signed = openCheckpoint(kept, keys.signer(tenant).verifier);
    const found = (await trees.state(tenant))?.size ?? 0;
    if (found < signed.size || !(await beginsWith(deps, tenant, signed)))
      losses.push({ tenant, signed, found });
  }
  return losses;
}

async function beginsWith(
  { log, trees, reader }: StartCheckDeps,
  tenant: string,
  { size, root }: Checkpoint,
): Promise<boolean> {
  if (size === 0) return true;
  const [position] = await trees.positions(tenant, size - 1, size);
  const [last] = await log.readAt(position === undefined ? [] : [position], { withoutSealed: true });
  const [leaf] = await reader.nodes(tenant, [{ level: 0, index: size - 1 }]);
  const isLastThere = last !== undefined && leaf !== undefined && leafHash(last.envelope).equals(leaf);
  return isLastThere && (await reader.root(tenant, size)).equals(root);
}

function lossError({ tenant, signed: { size }, found }: Loss): LetheError {
  const details = { tenant, signed: size, found };
  const [code, message] =
    found < size
      ? ['log-shorter-than-checkpoint', `has ${found} events, but ${size} were signed`]
      : [
          'log-contradicts-checkpoint',
          `has ${found} events, and the first ${size} are not those that were signed`,
        ];
  return new LetheError(code, `the log of tenant ${tenant} ${message}. ${WHAT_TO_DO}`, { details });
}
