import type { AssetState } from '../domain/asset/asset.ts';

/** Why an asset still exists, until when, and under which rule ("why is this still here"). */
export interface RetentionStatement {
  readonly asset: string;
  readonly status: 'visible' | 'hidden' | 'erased';
  readonly createdAt: string;
  /** End of the minimum window. */
  readonly windowEnds: string;
  /** Automatic deletion. */
  readonly scheduledFor: string;
  /** When its keys are destroyed, as things stand. */
  readonly eraseAt: string;
  /** Policy version in force when the asset was created. */
  readonly policyVersion: number;
  /** Number of the promise that the copy is kept or erased under. */
  readonly clause: number;
  readonly because: string;
  /** Ids of the holds that postpone the erasure. */
  readonly holds: readonly string[];
  readonly erasure?: ErasureProof;
}

/** What answers for content that is gone: enough to look the erasure up in the log. */
export interface ErasureProof {
  readonly erasedAt: string;
  readonly keys: readonly string[];
  readonly method: 'cryptographic-erase';
  readonly certificate?: string;
  /** Position of the asset.erased event. */
  readonly position?: number;
}

type Known = Exclude<AssetState, { status: 'unknown' }>;
type Erased = Extract<AssetState, { status: 'erased' }>;

export const proofOf = (state: Erased, position?: number): ErasureProof => ({
  erasedAt: state.erasedAt.toISOString(),
  keys: state.keys,
  method: 'cryptographic-erase',
  ...(state.certificate === undefined ? {} : { certificate: state.certificate }),
  ...(position === undefined ? {} : { position }),
});

/** States the reason in words that a user, a DPO and an auditor can each check. */
export function statement(
  asset: string,
  state: Known,
  facts: {
    readonly policyVersion: number;
    readonly minRetention: string;
    readonly maxRetention: string;
    readonly holds: readonly string[];
    readonly position: number | undefined;
  },
): RetentionStatement {
  const { createdAt, retention, eraseAt } = state;
  const due = (eraseAt ?? createdAt).toISOString();
  return {
    asset,
    status: state.status,
    createdAt: createdAt.toISOString(),
    windowEnds: (retention?.windowEnds ?? createdAt).toISOString(),
    scheduledFor: (retention?.scheduledFor ?? createdAt).toISOString(),
    eraseAt: due,
    policyVersion: facts.policyVersion,
    holds: facts.holds,
    ...reasonOf(state, due, facts),
    ...(state.status === 'erased' ? { erasure: proofOf(state, facts.position) } : {}),
  };
}

function reasonOf(
  state: Known,
  due: string,
  {
    minRetention,
    maxRetention,
    holds,
  }: { minRetention: string; maxRetention: string; holds: readonly string[] },
): { clause: number; because: string } {
  if (state.status === 'erased') {
    return {
      clause: 27,
      because: 'its data keys are destroyed; what is left of it cannot be read by anybody',
    };
  }
  if (holds.length > 0) {
    return { clause: 19, because: `a legal hold preserves it; without the hold it is erased at ${due}` };
  }
  if (state.status === 'hidden') {
    const because = `deleted; a sealed copy stays for abuse monitoring only, until the minimum retention of ${minRetention} ends at ${due}`;
    return { clause: 11, because };
  }
  return {
    clause: 9,
    because: `kept for its user and deleted automatically after ${maxRetention}, at ${due}`,
  };
}
