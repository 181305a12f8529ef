import type { Actor } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import { allowsModelRegion } from '../../domain/policy/regions.ts';
import type { Surroundings } from '../context.ts';
import type { Deletions } from '../deletions.ts';
import type { Directory } from '../directory.ts';
import type { Recorder } from '../recorder.ts';
import type { TenantInfo, Tenants } from '../tenants.ts';
import type { Vault } from '../vault.ts';
import { checkBatch, refuse, type Item } from './batch.ts';
import { knownReports } from './duplicates.ts';
import { gatherKeys } from './keys.ts';
import { mintAssets } from './minted.ts';
import { isDecided, planBatch, type Plan } from './plan.ts';
import type { Placed } from './survey.ts';

export interface IngestDeps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly keys: KeyStore;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly tenants: Tenants;
  readonly deletions: Pick<Deletions, 'complete'>;
}

export interface IngestReceipt {
  /** Events newly stored. */
  readonly accepted: number;
  /** Events that were stored before, under the same identity. */
  readonly duplicates: number;
  /** Position of the last event of this request, duplicates included. */
  readonly position: number;
  /** Ids minted for events that named no asset, by index. */
  readonly assets?: Readonly<Record<number, string>>;
}

export type Ingest = (tenant: string, raw: readonly unknown[], actor: Actor) => Promise<IngestReceipt>;

const ATTEMPTS = 8;

/**
 * Takes a batch of reported events whole or refuses it whole. When the promise resolves the events are durable and
 * what they delete is hidden. Personal data is sealed before it leaves memory; a `store: false` call seals nothing.
 */
export function createIngest(deps: IngestDeps): Ingest {
  return async (tenant, raw, actor) => {
    const now = deps.clock.now();
    const state = await deps.tenants.get(tenant);
    const items = checkBatch(raw, tenant, now);
    refuseOutOfRegion(state, items);
    const assets = await mintAssets(deps, tenant, items);
    const keyring = await gatherKeys(deps, tenant, items, {
      now,
      storeDefault: state.policy.storeDefault,
      assets,
    });
    let { known } = keyring;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const plan = await planBatch(deps, state, keyring, { actor, now, known });
      const outcome = await store(deps, tenant, plan);
      if (outcome.status === 'stored') {
        const position = Math.max(outcome.position, plan.known);
        await deps.deletions.complete(tenant, hiddenBy(plan, state, keyring.placed, known), actor);
        return {
          accepted: plan.accepted,
          duplicates: raw.length - plan.accepted,
          position,
          ...minted(assets),
        };
      }
      if (outcome.status === 'duplicate') {
        const suspects = keyring.placed.filter(({ index }) => outcome.known.has(index));
        await knownReports(deps, tenant, suspects);
        known = new Map([...known, ...outcome.known]);
      }
    }
    throw new LetheError('log-conflict', 'the assets of this batch keep changing; try again');
  };
}

/** Promise 4: an event of a model outside the tenant's regions is refused. */
function refuseOutOfRegion({ policy, region }: TenantInfo, items: readonly Item[]): void {
  const faults = items.flatMap(({ index, incoming }) => {
    const modelRegion = incoming.clear['modelRegion'];
    if (typeof modelRegion !== 'string' || allowsModelRegion(policy, region, modelRegion)) return [];
    const message = 'the policy does not allow models of this region';
    return [{ index, code: 'out-of-region', field: 'data.modelRegion', message }];
  });
  if (faults.length > 0) throw refuse(faults);
}

const minted = (assets: ReadonlyMap<number, string>): Pick<IngestReceipt, 'assets'> =>
  assets.size === 0 ? {} : { assets: Object.fromEntries(assets) };

/**
 * Assets whose hiding something follows from: those that the batch has just hidden, where the policy speaks of lineage,
 * and those of repeated reports, since the first attempt may have died before it was through.
 */
function hiddenBy(
  { hidden }: Plan,
  { policy }: TenantInfo,
  placed: readonly Placed[],
  known: ReadonlyMap<number, number>,
): string[] {
  const repeated = placed.filter(item => known.has(item.index) && isDecided(item));
  return [...(policy.lineage === 'keep' ? [] : hidden), ...repeated.flatMap(({ asset }) => asset ?? [])];
}

type Outcome =
  | { readonly status: 'stored'; readonly position: number }
  | { readonly status: 'duplicate'; readonly known: ReadonlyMap<number, number> }
  | { readonly status: 'conflict' };

async function store(deps: IngestDeps, tenant: string, plan: Plan): Promise<Outcome> {
  if (plan.events.length === 0) return { status: 'stored', position: 0 };
  const events = plan.events.map(({ event }) => event);
  const result = await deps.recorder.append(events, plan.expectations);
  switch (result.status) {
    case 'conflict':
      return result;
    case 'duplicate':
      return {
        status: 'duplicate',
        known: new Map(
          result.duplicates.map(({ index, position }) => [plan.events[index]?.index ?? -1, position]),
        ),
      };
    case 'appended':
      if (plan.hidden.length > 0)
        await deps.vault.hide(tenant, plan.hidden.map(assetScope), deps.clock.now());
      return { status: 'stored', position: result.positions.at(-1) ?? 0 };
  }
}
