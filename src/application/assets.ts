import type { AssetState } from '../domain/asset/asset.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { Preservable } from '../domain/preservation/coverage.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { assetScope, subjectScope, type DataKeyRow, type KeyStore } from '../domain/ports/key-store.ts';
import { openContent, readAsset, type AssetContent } from './asset-content.ts';
import { loadAsset } from './asset-loader.ts';
import type { Surroundings } from './context.ts';
import type { Draft, Recorder } from './recorder.ts';
import { proofOf, statement, type RetentionStatement } from './retention-statement.ts';
import { stampOf, type TenantInfo, type Tenants } from './tenants.ts';
import type { Vault } from './vault/vault.ts';

export type ReadPurpose = 'serving' | 'export' | 'search';

export interface Assets {
  /**
   * Opens the content for the user's side. The read is in the log before any plaintext leaves. `owner` limits it to
   * one user's assets. Throws `asset-not-found`, `asset-deleted`, `asset-erased` (410, with the proof), `asset-withheld`.
   */
  content(tenant: string, asset: string, reader: Reader): Promise<AssetContent>;
  /** Throws what `content` would, and opens nothing: for what is told of an asset beside its content. */
  requireVisible(tenant: string, asset: string, owner: string | undefined): Promise<void>;
  /** As `content`, for lists: nothing is recorded for each, and what is gone or withheld is left out. */
  contentIfVisible(
    tenant: string,
    asset: string,
    owner: string | undefined,
  ): Promise<AssetContent | undefined>;
  retention(tenant: string, asset: string, owner: string | undefined): Promise<RetentionStatement>;
}

export interface Reader {
  readonly actor: Actor;
  readonly owner?: string | undefined;
  readonly purpose: ReadPurpose;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly keys: Pick<KeyStore, 'readDataKeys'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly tenants: Tenants;
  /** Ids of the holds in force over an asset. */
  readonly holdsOver: (tenant: string, what: Preservable) => Promise<string[]>;
}

export function createAssets(deps: Deps): Assets {
  const content: Assets['content'] = async (tenant, asset, reader) => {
    const info = await deps.tenants.get(tenant);
    const row = await readableKey(deps, tenant, asset, reader.owner);
    const { events, state } = await readAsset(deps.log, tenant, asset);
    refuseWithheld(state);
    await recordRead(deps, info, asset, row.subject ?? undefined, reader);
    return openContent(deps.vault, tenant, asset, { events, state });
  };

  const contentIfVisible: Assets['contentIfVisible'] = async (tenant, asset, owner) => {
    try {
      await readableKey(deps, tenant, asset, owner);
      const { events, state } = await readAsset(deps.log, tenant, asset);
      refuseWithheld(state);
      return await openContent(deps.vault, tenant, asset, { events, state });
    } catch (error) {
      if (error instanceof LetheError && GONE.has(error.code)) return undefined;
      throw error;
    }
  };

  const retention: Assets['retention'] = async (tenant, asset, owner) => {
    const info = await deps.tenants.get(tenant);
    const { events, state } = await readAsset(deps.log, tenant, asset);
    if (state.status === 'unknown' || (owner !== undefined && state.subject !== owner)) throw notFound();
    const { version, policy } = info.policyAt(state.createdAt);
    const erased = events.find(({ envelope }) => envelope.type === 'asset.erased');
    return statement(asset, state, {
      policyVersion: version,
      minRetention: policy.minRetention,
      maxRetention: policy.maxRetention,
      holds: await deps.holdsOver(tenant, { asset, subject: state.subject }),
      position: erased?.stored.position,
    });
  };

  const requireVisible: Assets['requireVisible'] = async (tenant, asset, owner) => {
    await readableKey(deps, tenant, asset, owner);
    refuseWithheld((await loadAsset(deps.log, tenant, asset)).state);
  };

  return { content, requireVisible, contentIfVisible, retention };
}

const GONE: ReadonlySet<string> = new Set([
  'asset-not-found',
  'asset-deleted',
  'asset-erased',
  'asset-withheld',
]);
const notFound = (): LetheError => new LetheError('asset-not-found', 'no such asset');

/** The asset's key row if it may be opened for serving. The row is the fence: it never lags behind a deletion. */
async function readableKey(
  deps: Deps,
  tenant: string,
  asset: string,
  owner: string | undefined,
): Promise<DataKeyRow> {
  const scope = assetScope(asset);
  const row = (await deps.keys.readDataKeys(tenant, [scope])).find(found => found.scope === scope);
  if (row === undefined || (owner !== undefined && row.subject !== owner)) throw notFound();
  if (row.state === 'erased') throw await erasedError(deps.log, tenant, asset, row);
  if (row.state === 'hidden') throw await hiddenError(deps.log, tenant, asset);
  if (row.subject !== null) {
    const [account] = await deps.keys.readDataKeys(tenant, [subjectScope(row.subject)]);
    if (account?.state === 'hidden' || account?.state === 'erased') {
      throw new LetheError('asset-deleted', 'the account that it belonged to is deleted');
    }
  }
  return row;
}

async function erasedError(
  log: EventLog,
  tenant: string,
  asset: string,
  row: DataKeyRow,
): Promise<LetheError> {
  const { state } = await loadAsset(log, tenant, asset);
  const proof =
    state.status === 'erased' ? proofOf(state) : { erasedAt: row.erasedAt?.toISOString(), keys: [row.keyId] };
  return new LetheError('asset-erased', 'its keys are destroyed: nobody can open it any more', {
    details: { erasure: proof },
  });
}

async function hiddenError(log: EventLog, tenant: string, asset: string): Promise<LetheError> {
  const { state } = await loadAsset(log, tenant, asset);
  const dates =
    state.status === 'hidden'
      ? {
          request: state.request,
          hiddenAt: state.hiddenAt.toISOString(),
          eraseAt: state.eraseAt.toISOString(),
        }
      : {};
  return new LetheError('asset-deleted', 'the asset is deleted', { details: dates });
}

function refuseWithheld(state: AssetState): void {
  if (state.status === 'hidden') throw new LetheError('asset-deleted', 'the asset is deleted');
  if (state.status === 'visible' && state.pii?.action === 'hide') {
    throw new LetheError('asset-withheld', 'the asset holds personal data and the policy hides it');
  }
}

async function recordRead(
  { recorder, clock }: Deps,
  tenant: TenantInfo,
  asset: string,
  subject: string | undefined,
  { actor, purpose }: Reader,
): Promise<void> {
  const viewer = actor.kind === 'worker' ? 'staff' : actor.kind;
  const draft: Draft<'asset.viewed'> = {
    type: 'asset.viewed',
    data: { viewer, purpose },
    actor,
    time: clock.now(),
    asset,
    subject,
  };
  await recorder.record(stampOf(tenant), [draft]);
}
