import type { Actor } from '../../domain/events/envelope.ts';
import { coalesce } from '../coalesce.ts';
import { takeBatch, type IngestDeps, type TakenBatch } from './ingest.ts';

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

/** Takes the events of one request whole, or refuses them whole. */
export type Ingest = (tenant: string, raw: readonly unknown[], actor: Actor) => Promise<IngestReceipt>;

interface Single {
  readonly tenant: string;
  readonly event: unknown;
  readonly actor: Actor;
}

type Answer = { readonly receipt: IngestReceipt } | { readonly error: unknown };

/** Single events that arrive together become one batch; while one is under way the next one gathers. */
const TOGETHER = { most: 256, inFlight: 1 };

/**
 * Requests as they come in. A request with several events is a batch of its own. Single facts that arrive together share
 * a batch, since nearly all of the cost is a batch's; if that is refused, each is tried alone, so that one request's
 * fault is never another's.
 */
export function createIngest(deps: IngestDeps): Ingest {
  const alone: Ingest = async (tenant, raw, actor) =>
    receiptOf(await takeBatch(deps, tenant, { raw, actorOf: () => actor }), 0, raw.length);

  const aloneOrError = ({ tenant, event, actor }: Single): Promise<Answer> =>
    alone(tenant, [event], actor).then(
      receipt => ({ receipt }),
      (error: unknown) => ({ error }),
    );

  const together = async (tenant: string, singles: readonly Single[]): Promise<Answer[]> => {
    if (singles.length > 1) {
      const actors = singles.map(({ actor }) => actor);
      const batch = {
        raw: singles.map(({ event }) => event),
        actorOf: (index: number) => actorAt(actors, index),
      };
      const taken = await takeBatch(deps, tenant, batch).catch(() => undefined);
      if (taken !== undefined) return singles.map((_, at) => ({ receipt: receiptOf(taken, at, at + 1) }));
    }
    return Promise.all(singles.map(aloneOrError));
  };

  const single = coalesce<Single, Answer>(async requests => {
    const answers = new Map<Single, Answer>();
    await Promise.all(
      [...Map.groupBy(requests, ({ tenant }) => tenant)].map(async ([tenant, singles]) => {
        (await together(tenant, singles)).forEach((answer, at) => answers.set(singles[at] as Single, answer));
      }),
    );
    return requests.map(request => answers.get(request) ?? { error: new Error('no answer') });
  }, TOGETHER);

  return async (tenant, raw, actor) => {
    const [event] = raw;
    if (raw.length !== 1 || !isPlainFact(event)) return alone(tenant, raw, actor);
    const answer = await single({ tenant, event, actor });
    if ('error' in answer) throw answer.error;
    return answer.receipt;
  };
}

/** What is decided on the state of its asset keeps a batch of its own, with its own condition. */
const DECIDED: ReadonlySet<unknown> = new Set(['deletion.requested', 'pii.flagged']);

function isPlainFact(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { type, data } = event as { readonly type?: unknown; readonly data?: unknown };
  const personalized = typeof data === 'object' && data !== null && 'personalized' in data;
  return !DECIDED.has(type) && !personalized;
}

/** Nobody else may stand on record for an event: an index that has no actor is a defect. */
function actorAt(actors: readonly Actor[], index: number): Actor {
  const actor = actors[index];
  if (actor === undefined) throw new Error(`event ${index} has no actor`);
  return actor;
}

function receiptOf({ stored, positions, assets }: TakenBatch, from: number, to: number): IngestReceipt {
  let accepted = 0;
  let position = 0;
  const minted: Record<number, string> = {};
  for (let index = from; index < to; index++) {
    if (stored.has(index)) accepted++;
    position = Math.max(position, positions.get(index) ?? 0);
    const asset = assets.get(index);
    if (asset !== undefined) minted[index - from] = asset;
  }
  const some = Object.keys(minted).length > 0;
  return { accepted, duplicates: to - from - accepted, position, ...(some ? { assets: minted } : {}) };
}
