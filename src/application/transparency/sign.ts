import { LetheError } from '../../domain/errors.ts';
import { consistencyNodes } from '../../domain/merkle/nodes.ts';
import { verifyConsistency, type TreeHead } from '../../domain/merkle/verify.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { LeaseCheck } from '../../domain/ports/leases.ts';
import type { CheckpointKeeper, LogKeys } from '../../domain/ports/notary.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { checkpointText, openCheckpoint, type Checkpoint } from '../../domain/tlog/checkpoint.ts';
import { signNote } from '../../domain/tlog/note.ts';
import type { Cosigner } from './cosign.ts';
import type { TreeReader } from './tree-reader.ts';

/** At most one checkpoint a tenant in this time, milliseconds. */
const PACE_MS = 1_000;

export interface Signer {
  /**
   * Signs the tree as it stands, keeps the note, has it cosigned, publishes it: in this order. False where the newest
   * checkpoint is younger than a second. Throws `checkpoint-contradiction`, `witness-quorum-missing`; nothing is kept, nor
   * published, once `check` rejects.
   */
  sign(tenant: string, check: LeaseCheck): Promise<boolean>;
}

export function createSigner(deps: {
  readonly trees: TreeStore;
  readonly reader: TreeReader;
  readonly keeper: CheckpointKeeper;
  readonly keys: LogKeys;
  readonly cosigner: Cosigner;
  readonly clock: Clock;
}): Signer {
  const { trees, reader, keeper, keys, cosigner, clock } = deps;

  /** What may be signed has to begin with everything that was signed before. */
  const refuseContradiction = async (tenant: string, earlier: TreeHead, now: TreeHead): Promise<void> => {
    if (await extendsTree(reader, tenant, earlier, now)) return;
    const reason = `signed before: ${earlier.size} leaves; now: ${now.size}, which do not begin with them`;
    await keeper.refuse(tenant, reason);
    throw contradiction(tenant, reason);
  };

  /** What was signed before, published or not: each has to be the beginning of what is signed now. */
  const earlierOf = async (tenant: string, published: TreeHead | undefined): Promise<Earlier> => {
    const standing = await keeper.refusal(tenant);
    if (standing !== undefined) throw contradiction(tenant, standing);
    const note = await keeper.read(tenant);
    const kept =
      note === undefined ? undefined : { ...openCheckpoint(note, keys.signer(tenant).verifier), note };
    return { kept, heads: [published, kept].filter(head => head !== undefined) };
  };

  const noteOf = async (
    tenant: string,
    checkpoint: Checkpoint,
    { kept, heads }: Earlier,
    check: LeaseCheck,
  ): Promise<string> => {
    for (const head of heads) await refuseContradiction(tenant, head, checkpoint);
    if (kept?.size === checkpoint.size) return kept.note;
    const note = signNote(checkpointText(checkpoint), keys.signer(tenant));
    await keeper.keep(tenant, note, check);
    return note;
  };

  return {
    sign: async (tenant, check) => {
      const at = clock.now();
      const published = await trees.newest(tenant);
      if (published !== undefined && isYoung(at, published.at)) return false;
      const earlier = await earlierOf(tenant, published);
      // Read after them: a tree is never smaller than what another process signed of it meanwhile.
      const size = (await trees.state(tenant))?.size ?? 0;
      const { name: origin } = keys.signer(tenant).verifier;
      const checkpoint = { origin, size, root: await reader.root(tenant, size) };
      const signed = await noteOf(tenant, checkpoint, earlier, check);
      const note = await cosigner.cosign(tenant, checkpoint, signed);
      await trees.publish(tenant, { ...checkpoint, note, at });
      return true;
    },
  };
}

interface Earlier {
  readonly kept: (TreeHead & { readonly note: string }) | undefined;
  readonly heads: readonly TreeHead[];
}

async function extendsTree(
  reader: Pick<TreeReader, 'groups'>,
  tenant: string,
  earlier: TreeHead,
  now: TreeHead,
): Promise<boolean> {
  if (earlier.size > now.size) return false;
  const proof = await reader.groups(tenant, consistencyNodes(earlier.size, now.size));
  try {
    verifyConsistency({ from: earlier, to: now, proof });
    return true;
  } catch (error) {
    if (error instanceof LetheError && error.code === 'consistency-proof-invalid') return false;
    throw error;
  }
}

/** A checkpoint of the future, after the clock jumped back, holds nothing up. */
function isYoung(now: Date, at: Date): boolean {
  const age = now.getTime() - at.getTime();
  return age >= 0 && age < PACE_MS;
}

const contradiction = (tenant: string, reason: string): LetheError =>
  new LetheError(
    'checkpoint-contradiction',
    `the log of tenant ${tenant} contradicts what was signed of it (${reason}); nothing more is signed until an operator ` +
      'has found out why and removed the refusal from the keystore',
    { details: { tenant } },
  );
