import { grantFor } from '../../domain/case/access.ts';
import type { AccessFacts, CaseCommand, KnownCase } from '../../domain/case/case.ts';
import { LetheError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { assetScope, type DataKeyRow, type KeyStore } from '../../domain/ports/key-store.ts';
import { earlier, later } from '../../domain/time/retention.ts';
import { changeCase, loadCase, plainDrafts, type CaseChange, type CaseLogDeps } from './case-log.ts';
import type { CaseReceipt } from './cases.ts';
import { openEvidence, type EvidenceDeps, type RevealedEvent } from './evidence.ts';
import { createCaseRefusals, type Attempt, type OnUnrecorded } from './refusals.ts';

export type AccessOrder = Omit<AccessFacts, 'request' | 'by'>;

export interface Revealed {
  readonly asset: string;
  readonly events: readonly RevealedEvent[];
  /** End of the grant. */
  readonly expiresAt: Date;
  /** Log position of the opening. */
  readonly position: number;
}

/**
 * Break-glass (promises 25, 39): content opens in an open case that links its asset, one asset at a time, with a reason,
 * approved by somebody else, for a stated time. Each refusal is recorded where it can be. Every method throws
 * `case-not-found`, `case-closed` and, but for `request`, `access-request-not-found`.
 */
export interface CaseAccess {
  /** Throws `asset-not-linked`, `asset-erased`. */
  request(
    tenant: string,
    id: string,
    order: AccessOrder,
    actor: Actor,
  ): Promise<CaseReceipt & { readonly request: string }>;
  /** Throws `own-approval`, `access-not-pending`. */
  approve(tenant: string, id: string, request: string, actor: Actor): Promise<CaseReceipt>;
  /** Declines what waits, gives back what is granted. */
  close(tenant: string, id: string, request: string, actor: Actor): Promise<CaseReceipt>;
  /**
   * The opening is in the log, durably, before any key is touched; if it cannot be recorded nothing opens. Throws
   * `access-not-approved`, `access-of-another`, `access-expired`, `access-ended`, `asset-erased`, and what the log throws.
   */
  reveal(tenant: string, id: string, request: string, actor: Actor): Promise<Revealed>;
}

interface Deps extends CaseLogDeps, EvidenceDeps {
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
  /** Told of a refusal that the log did not take. */
  readonly onUnrecorded: OnUnrecorded;
}

export function createCaseAccess(deps: Deps): CaseAccess {
  const { clock, random, keys, log } = deps;
  const { refusable } = createCaseRefusals(deps);

  const change = async (
    attempt: Attempt,
    command: CaseChange['command'],
    drafts: CaseChange['drafts'] = plainDrafts,
  ) => {
    const { tenant, case: id, actor } = attempt;
    const { position, events } = await changeCase(deps, { tenant, case: id, actor, command, drafts });
    return { case: id, position, events };
  };

  const request: CaseAccess['request'] = (tenant, id, order, actor) => {
    const attempt = { tenant, case: id, actor, action: 'access.request', asset: order.asset };
    return refusable(attempt, async () => {
      await loadCase(log, tenant, id);
      await openableKey(keys, tenant, order.asset);
      const wanted = { ...order, request: random.uuidv7(), by: actor.id };
      const { position } = await change(attempt, () => ({ kind: 'request-access', wanted }));
      return { case: id, position, request: wanted.request };
    });
  };

  const reveal: CaseAccess['reveal'] = (tenant, id, asked, actor) => {
    const attempt = { tenant, case: id, actor, request: asked, action: 'access.reveal' };
    return refusable(attempt, async () => {
      const by = actor.id;
      let row: DataKeyRow | undefined;
      const command = async (state: KnownCase): Promise<CaseCommand> => {
        // The later of the clocks ends a grant: one that jumps back makes none longer.
        const at = later(clock.now(), await log.now());
        if (state.status === 'open')
          row = await openableKey(keys, tenant, grantFor({ request: asked, by, at }, state).asset);
        return { kind: 'reveal', request: asked, by, at };
      };
      const { events, position } = await change(attempt, command, (decided, state, context) =>
        plainDrafts(decided, state, context).map(draft => ({ ...draft, subject: row?.subject ?? undefined })),
      );
      const [opening] = events;
      // Nothing below runs unless the append above was acknowledged: that is the order which the promise rests on.
      if (opening?.type !== 'access.revealed') throw new Error('nothing was revealed');
      const { asset, parts, expiresAt } = opening.data;
      const opened = await openEvidence(deps, tenant, asset, parts);
      return { asset, events: opened, expiresAt: new Date(expiresAt), position };
    });
  };

  return {
    request,
    reveal,
    approve: (tenant, id, asked, actor) => {
      const attempt = { tenant, case: id, actor, request: asked, action: 'access.approve' };
      const approval = { kind: 'approve-access', request: asked, by: actor.id } as const;
      // The time of a grant counts from the earlier of the clocks, for the same reason.
      const command = async () => ({ ...approval, at: earlier(clock.now(), await log.now()) });
      return refusable(attempt, () => change(attempt, command));
    },
    close: (tenant, id, asked, actor) => {
      const attempt = { tenant, case: id, actor, request: asked, action: 'access.close' };
      return refusable(attempt, () => change(attempt, () => ({ kind: 'close-access', request: asked })));
    },
  };
}

/** The key of an asset that is still there. Throws `asset-not-found`, `asset-erased`. */
async function openableKey(
  keys: Pick<KeyStore, 'readDataKeys'>,
  tenant: string,
  asset: string,
): Promise<DataKeyRow> {
  const [row] = await keys.readDataKeys(tenant, [assetScope(asset)]);
  if (row === undefined) throw new LetheError('asset-not-found', 'no such asset');
  if (row.state === 'erased') {
    throw new LetheError('asset-erased', 'its keys are destroyed: nobody can open it any more');
  }
  return row;
}
