import type { Actor } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Surroundings } from '../context.ts';
import type { Deletions } from '../deletions.ts';
import type { Directory } from '../directory.ts';
import type { Recorder } from '../recorder.ts';
import type { TenantInfo, Tenants } from '../tenants.ts';
import type { Vault } from '../vault/vault.ts';
import { checkBatch } from './batch.ts';
import { knownReports } from './duplicates.ts';
import { followDeletedParents } from './late-children.ts';
import { gatherKeys } from './keys.ts';
import { refuseOutOfRegion, refuseUnattested } from './gates.ts';
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
  readonly deletions: Pick<Deletions, 'complete' | 'inherit'>;
}

/** Reported events, and who reported each. */
export interface Batch {
  readonly raw: readonly unknown[];
  readonly actorOf: (index: number) => Actor;
}

/** What became of each event of a batch, by index. */
export interface TakenBatch {
  /** Events newly stored; the others were stored before. */
  readonly stored: ReadonlySet<number>;
  /** Position of the event, or of the last that followed from it. */
  readonly positions: ReadonlyMap<number, number>;
  /** Ids minted for events that named no asset. */
  readonly assets: ReadonlyMap<number, string>;
}

const ATTEMPTS = 8;

/**
 * Takes a batch of reported events whole or refuses it whole. When the promise resolves the events are durable and
 * what they delete is hidden. Personal data is sealed before it leaves memory; a `store: false` call seals nothing.
 */
export async function takeBatch(deps: IngestDeps, tenant: string, batch: Batch): Promise<TakenBatch> {
  const now = deps.clock.now();
  const state = await deps.tenants.get(tenant);
  const { items, repeats } = checkBatch(batch.raw, tenant, now);
  refuseOutOfRegion(state, items);
  refuseUnattested(state, items);
  const assets = await mintAssets(deps, tenant, items);
  const placing = { now, storeDefault: state.policy.storeDefault, assets };
  const keyring = await gatherKeys(deps, tenant, items, placing);
  let { known } = keyring;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const plan = await planBatch(deps, state, keyring, { actorOf: batch.actorOf, now, known });
    const outcome = await store(deps, tenant, plan);
    if (outcome.status === 'stored') {
      await completeHidden(deps, state, batch, { plan, placed: keyring.placed, known });
      await followDeletedParents(deps, state, keyring.placed, batch.actorOf(0));
      const positions = new Map([...known, ...plan.settled, ...outcome.positions]);
      for (const [index, first] of repeats) positions.set(index, positions.get(first) ?? 0);
      return { stored: new Set(outcome.positions.keys()), positions, assets };
    }
    if (outcome.status === 'duplicate') {
      const suspects = keyring.placed.filter(({ index }) => outcome.known.has(index));
      await knownReports(deps, tenant, suspects);
      known = new Map([...known, ...outcome.known]);
    }
  }
  throw new LetheError('log-conflict', 'the assets of this batch keep changing; try again');
}

/**
 * Carries on what hiding an asset entails: for those that the batch has just hidden, where the policy speaks of lineage,
 * and for those of repeated reports, since the first attempt may have died before it was through.
 */
async function completeHidden(
  { deletions }: IngestDeps,
  { tenant, policy }: TenantInfo,
  { actorOf }: Batch,
  taken: {
    readonly plan: Plan;
    readonly placed: readonly Placed[];
    readonly known: ReadonlyMap<number, number>;
  },
): Promise<void> {
  const { plan, placed, known } = taken;
  const repeated = placed.filter(item => known.has(item.index) && isDecided(item));
  const hidden = [
    ...(policy.lineage === 'keep' ? [] : plan.hidden),
    ...repeated.flatMap(({ asset }) => asset ?? []),
  ];
  if (hidden.length > 0) await deletions.complete(tenant, hidden, actorOf(0));
}

type Outcome =
  | { readonly status: 'stored'; readonly positions: ReadonlyMap<number, number> }
  | { readonly status: 'duplicate'; readonly known: ReadonlyMap<number, number> }
  | { readonly status: 'conflict' };

async function store(
  deps: IngestDeps,
  tenant: string,
  { events, expectations, hidden }: Plan,
): Promise<Outcome> {
  if (events.length === 0) return { status: 'stored', positions: new Map() };
  const result = await deps.recorder.append(
    events.map(({ event }) => event),
    expectations,
  );
  const indexOf = (at: number): number => events[at]?.index ?? -1;
  switch (result.status) {
    case 'conflict':
      return result;
    case 'duplicate': {
      const known = result.duplicates.map(({ index, position }) => [indexOf(index), position] as const);
      return { status: 'duplicate', known: new Map(known) };
    }
    case 'appended':
      if (hidden.length > 0) await deps.vault.hide(tenant, hidden.map(assetScope), deps.clock.now());
      return {
        status: 'stored',
        positions: new Map(result.positions.map((position, at) => [indexOf(at), position])),
      };
  }
}
