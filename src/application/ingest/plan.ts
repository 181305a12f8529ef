import { assetDecider, type AssetCommand, type AssetState } from '../../domain/asset/asset.ts';
import type { EventData, EventType, LetheEvent } from '../../domain/events/catalogue.ts';
import { definitionOf } from '../../domain/events/catalogue.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import type { EventLog, Expectation, NewEvent } from '../../domain/ports/event-log.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { retentionDates } from '../../domain/time/retention.ts';
import { loadAsset, type LoadedAsset } from '../asset-loader.ts';
import type { Surroundings } from '../context.ts';
import { LETHE_SOURCE, type Draft, type DraftContext, type Recorder } from '../recorder.ts';
import { assetStream } from '../streams.ts';
import { stampOf, type TenantInfo } from '../tenants.ts';
import type { Vault } from '../vault/vault.ts';
import type { Keyring } from './keys.ts';
import { namingItems } from './naming-items.ts';
import { sessionStamp } from './session-stamp.ts';
import { scopeOf, type Placed } from './survey.ts';

export interface PlannedEvent {
  /** The reported event that this one is or follows from. */
  readonly index: number;
  readonly event: NewEvent;
}

/** What a batch comes to: the events to append, and the condition under which that is right. */
export interface Plan {
  readonly events: readonly PlannedEvent[];
  readonly expectations: readonly Expectation[];
  /** Assets whose serving key goes as soon as the events are stored. */
  readonly hidden: readonly string[];
  /** Reported events that come to nothing, because the asset is hidden already: with the position that says so. */
  readonly settled: ReadonlyMap<number, number>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly vault: Vault;
}

interface Context {
  /** Who reported the event of an index. */
  readonly actorOf: (index: number) => Actor;
  readonly now: Date;
  /** Items that the log has already, with their positions. */
  readonly known: ReadonlyMap<number, number>;
}

/** A draft, and the item that it is or follows from. */
interface IndexedDraft {
  readonly index: number;
  readonly draft: Draft;
}

/** Decides what a batch comes to. Facts are taken as they are; deletions and PII flags are decided on the asset's state. */
export async function planBatch(
  deps: Deps,
  tenant: TenantInfo,
  keyring: Keyring,
  context: Context,
): Promise<Plan> {
  const todo = keyring.placed.filter(({ index }) => !context.known.has(index));
  const loaded = await loadDecided(deps.log, tenant.tenant, todo);
  const states = new Map([...loaded].map(([asset, { state }]) => [asset, state]));
  const drafts = todo.flatMap(item => draftsOf(deps, tenant, keyring, context, states, item));
  const stored = new Set(drafts.map(({ index }) => index));
  const events = namingItems(drafts, () =>
    deps.recorder.prepare(
      stampOf(tenant),
      drafts.map(({ draft }) => draft),
    ),
  );
  return {
    events: events.map((event, at) => ({ event, index: drafts[at]?.index ?? -1 })),
    expectations: [...loaded].map(([asset, { revision }]) => ({
      tenant: tenant.tenant,
      stream: assetStream(asset),
      revision,
    })),
    hidden: drafts.flatMap(({ draft }) => (draft.type === 'asset.hidden' ? (draft.asset ?? []) : [])),
    settled: new Map(
      todo
        .filter(({ index }) => !stored.has(index))
        .map(({ index, asset = '' }) => [index, loaded.get(asset)?.position ?? 0]),
    ),
  };
}

const DECIDED: ReadonlySet<EventType> = new Set<EventType>(['deletion.requested', 'pii.flagged']);

/** Whether the report is decided on the asset's state, and may hide it. */
export const isDecided = ({ incoming }: Placed): boolean =>
  DECIDED.has(incoming.type) || incoming.clear['personalized'] === true;

async function loadDecided(
  log: EventLog,
  tenant: string,
  items: readonly Placed[],
): Promise<ReadonlyMap<string, LoadedAsset>> {
  const assets = new Set(items.filter(isDecided).flatMap(({ asset }) => asset ?? []));
  const loaded = await Promise.all(
    [...assets].map(async asset => [asset, await loadAsset(log, tenant, asset)] as const),
  );
  return new Map(loaded);
}

/** The events that one reported event comes to, in order. */
function draftsOf(
  deps: Deps,
  tenant: TenantInfo,
  keyring: Keyring,
  context: Context,
  states: Map<string, AssetState>,
  item: Placed,
): IndexedDraft[] {
  const { asset, incoming, index } = item;
  const fact = factOf(deps, tenant, keyring, context, item);
  const state = asset === undefined ? undefined : states.get(asset);
  if (asset === undefined || state === undefined) return [{ index, draft: fact }];

  const isCommand = DECIDED.has(incoming.type);
  let current = state;
  const drafts: Draft[] = [];
  const take = (draft: Draft): void => {
    drafts.push(draft);
    current = assetDecider.evolve(current, {
      ...eventOf(draft),
      time: draft.time.toISOString(),
      subject: draft.subject,
    });
  };
  if (!isCommand) take(fact);
  for (const event of decide(deps, tenant, context, current, item)) {
    const isReport = event.type === incoming.type;
    take(
      isReport
        ? { ...fact, ...withReported(event, fact) }
        : { ...following(item, fact, event, context.now), ...event },
    );
  }
  states.set(asset, current);
  return drafts.map(draft => ({ index, draft }));
}

const eventOf = ({ type, data }: Draft): LetheEvent => ({ type, data }) as LetheEvent;

/** What the asset's decider answers to this report; nothing for a plain fact. */
function decide(
  deps: Deps,
  tenant: TenantInfo,
  context: Context,
  state: AssetState,
  item: Placed,
): LetheEvent[] {
  const command = commandOf(item, { request: deps.random.uuidv7(), at: context.now, policy: tenant.policy });
  return command === undefined ? [] : assetDecider.decide(command, state);
}

function commandOf(
  { incoming }: Placed,
  given: { readonly request: string; readonly at: Date; readonly policy: Policy },
): AssetCommand | undefined {
  const { request, at, policy } = given;
  if (incoming.type === 'deletion.requested') {
    const { cause = 'user' } = incoming.clear as EventData<'deletion.requested'>;
    return { kind: 'request-deletion', request, cause, at };
  }
  if (incoming.type === 'pii.flagged') {
    const flag = { source: 'detector' as const, ...(incoming.clear as EventData<'pii.flagged'>) };
    return { kind: 'flag-pii', flag, action: policy.piiAction, request, at };
  }
  // Promise 7: a personalized answer counts as containing PII and takes the detector's path.
  if (incoming.clear['personalized'] !== true) return undefined;
  return { kind: 'flag-pii', flag: { source: 'caller' }, action: policy.piiAction, request, at };
}

/** What was reported, completed by what was decided about it. */
const withReported = (event: LetheEvent, fact: Draft): LetheEvent =>
  ({ type: event.type, data: { ...fact.data, ...event.data } }) as LetheEvent;

/** An event that Lethe adds to a reported one; its identity follows from the report's, so that a retry repeats it. */
function following({ incoming }: Placed, fact: Draft, event: LetheEvent, time: Date): DraftContext {
  return {
    actor: fact.actor,
    time,
    asset: fact.asset,
    subject: fact.subject,
    source: LETHE_SOURCE,
    sourceId: `${incoming.source} ${incoming.sourceId} ${event.type}`,
  };
}

function factOf(deps: Deps, tenant: TenantInfo, keyring: Keyring, context: Context, item: Placed): Draft {
  const { incoming, asset, time } = item;
  const grip = keyring.grips.get(scopeOf(item));
  const id = deps.random.uuidv7();
  const stamp =
    definitionOf(incoming.type).creates && grip !== undefined
      ? { retention: retentionStamp(tenant, grip.createdAt) }
      : {};
  const session = sessionStamp(grip, incoming);
  const subject = item.subject ?? grip?.subject ?? undefined;
  const event = { type: incoming.type, data: { ...incoming.clear, ...stamp, ...session } } as LetheEvent;
  return {
    ...event,
    id,
    actor: context.actorOf(item.index),
    time,
    asset,
    subject,
    source: incoming.source,
    sourceId: incoming.sourceId,
    sealed: sealItem(deps.vault, tenant.tenant, keyring, item, id),
  };
}

function retentionStamp(tenant: TenantInfo, createdAt: Date): { windowEnds: string; scheduledFor: string } {
  const dates = retentionDates(createdAt, tenant.policyAt(createdAt).policy);
  return { windowEnds: dates.windowEnds.toISOString(), scheduledFor: dates.scheduledFor.toISOString() };
}

/** Seals the personal parts; nothing for a call that asked not to be stored, or an asset that was not. */
function sealItem(vault: Vault, tenant: string, keyring: Keyring, item: Placed, id: string): Draft['sealed'] {
  const { content, network, clear } = item.incoming;
  if (content === undefined && network === undefined) return undefined;
  const scope = scopeOf(item);
  const grip = keyring.grips.get(scope);
  if (grip?.status !== 'usable' || clear['store'] === false) return undefined;
  return vault.seal(grip, tenant, scope, id, {
    ...(content === undefined ? {} : { content: Buffer.from(JSON.stringify(content)) }),
    ...(network === undefined ? {} : { network: Buffer.from(JSON.stringify(network)) }),
  });
}
