import { decodeEnvelope, type Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog, Expectation } from '../domain/ports/event-log.ts';
import { subjectDecider } from '../domain/subject/subject.ts';
import {
  decideTraining,
  evolveTrainable,
  untouchedAsset,
  type TrainableAsset,
  type TrainingDecision,
} from '../domain/training/training.ts';
import type { Surroundings } from './context.ts';
import { LETHE_SOURCE, type Draft, type Recorder } from './recorder.ts';
import { assetStream, subjectStream } from './streams.ts';
import { loadSubject } from './subject-loader.ts';
import { stampOf, type TenantInfo, type Tenants } from './tenants.ts';

export interface TrainingUse {
  readonly asset: string;
  readonly decision: TrainingDecision;
}

export interface TrainingReceipt {
  readonly uses: readonly TrainingUse[];
  readonly position: number;
}

export interface Training {
  /**
   * Answers for each asset whether the run may use it, and puts each answer on record before it is given. The log's order
   * decides: nothing is used after an opt-out or a deletion that stands before it. No key is opened (promise 2). The same
   * run again is answered anew, and counted once. Throws `asset-not-found`, which names every one that is not there.
   */
  use(tenant: string, run: string, assets: readonly string[], actor: Actor): Promise<TrainingReceipt>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly onDecided: (decision: TrainingDecision) => void;
}

interface LoadedAsset {
  readonly asset: string;
  readonly state: TrainableAsset;
  readonly revision: number;
}

interface Decided extends TrainingUse {
  readonly subject: string | undefined;
}

const ATTEMPTS = 8;
const AT_ONCE = 32;

export function createTraining(deps: Deps): Training {
  const { tenants, onDecided } = deps;
  return {
    use: async (tenant, run, assets, actor) => {
      const info = await tenants.get(tenant);
      const distinct = [...new Set(assets)];
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { decided, expectations } = await decideAll(deps.log, info, distinct);
        const drafts = decided.map(use => draftOf(deps, run, use, actor));
        const position = await store(deps, info, drafts, expectations);
        if (position === undefined) continue;
        for (const { decision } of decided) onDecided(decision);
        return { uses: decided.map(({ asset, decision }) => ({ asset, decision })), position };
      }
      throw new LetheError('log-conflict', 'the assets of this run keep changing; try again');
    },
  };
}

async function decideAll(
  log: EventLog,
  { tenant, policy }: TenantInfo,
  assets: readonly string[],
): Promise<{ decided: Decided[]; expectations: Expectation[] }> {
  const loaded = await inSlices(assets, asset => loadTrainable(log, tenant, asset));
  refuseUnknown(loaded);
  const owners = new Set(
    loaded.flatMap(({ state: { asset } }) =>
      asset.status !== 'unknown' && asset.subject !== undefined ? asset.subject : [],
    ),
  );
  const users = new Map(
    await inSlices([...owners], async user => [user, await loadSubject(log, tenant, user)] as const),
  );
  const decided = loaded.map(({ asset, state }) => {
    const subject = state.asset.status === 'unknown' ? undefined : state.asset.subject;
    const user = users.get(subject ?? '')?.state ?? subjectDecider.initial;
    return { asset, subject, decision: decideTraining(state, user, policy) };
  });
  const expectations = [
    ...loaded.map(({ asset, revision }) => ({ tenant, stream: assetStream(asset), revision })),
    ...[...users].map(([user, { revision }]) => ({ tenant, stream: subjectStream(user), revision })),
  ];
  return { decided, expectations };
}

async function loadTrainable(log: EventLog, tenant: string, asset: string): Promise<LoadedAsset> {
  const events = await log.readStream(tenant, assetStream(asset));
  const state = events.reduce(
    (known, { envelope }) => evolveTrainable(known, decodeEnvelope(envelope)),
    untouchedAsset,
  );
  return { asset, state, revision: events.at(-1)?.revision ?? -1 };
}

function refuseUnknown(loaded: readonly LoadedAsset[]): void {
  const faults = loaded.flatMap(({ state }, index) =>
    state.asset.status === 'unknown'
      ? [{ index, code: 'asset-not-found', field: 'assets', message: 'no such asset' }]
      : [],
  );
  if (faults.length > 0)
    throw new LetheError('asset-not-found', 'some of the assets are not there', { faults });
}

function draftOf({ clock }: Deps, run: string, { asset, subject, decision }: Decided, actor: Actor): Draft {
  const context = { actor, time: clock.now(), asset, subject };
  if (!decision.use) {
    return { ...context, type: 'training.denied', data: { run, reason: decision.reason } };
  }
  const { consent } = decision;
  const identity = { source: LETHE_SOURCE, sourceId: `${run} ${asset} training.used` };
  const data = consent === undefined ? { run } : { run, consent };
  return { ...context, ...identity, type: 'training.used', data };
}

/** The last position; undefined where a stream has moved. Uses that the run has on record already stand as they are. */
async function store(
  { recorder }: Deps,
  tenant: TenantInfo,
  drafts: readonly Draft[],
  expectations: readonly Expectation[],
): Promise<number | undefined> {
  let left = recorder.prepare(stampOf(tenant), drafts);
  let last = 0;
  while (left.length > 0) {
    const result = await recorder.append(left, expectations);
    if (result.status === 'conflict') return undefined;
    if (result.status === 'appended') return Math.max(last, result.positions.at(-1) ?? 0);
    const stored = new Map(result.duplicates.map(({ index, position }) => [index, position]));
    last = Math.max(last, ...stored.values());
    left = left.filter((_, index) => !stored.has(index));
  }
  return last;
}

/** In order, some at a time, so that one request does not take every connection. */
async function inSlices<T, R>(items: readonly T[], load: (item: T) => Promise<R>): Promise<R[]> {
  const loaded: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    loaded.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(load))));
  }
  return loaded;
}
