import type { Letters, Refused } from '../../application/dead-letters/letters.ts';
import type { Sift, Unfit } from '../../application/ingest/sift.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import type { DeadLetterBox } from '../../domain/ports/dead-letters.ts';
import type { FeedBatch, MessageFeed } from '../../domain/ports/message-feed.ts';
import type { Worker } from '../loop.ts';
import { sortBatch, type FedEvent } from './sort.ts';
import { rest, untilTaken, type Patience } from './until-taken.ts';

export interface IntakeDeps {
  readonly feed: MessageFeed;
  readonly sift: Sift;
  readonly letters: Pick<Letters, 'seal'>;
  readonly deadLetters: Pick<DeadLetterBox, 'put' | 'close'>;
  readonly mayWrite: (tenant: string) => boolean;
  /** Waits for events about an asset whose making is in another partition, milliseconds. */
  readonly stragglerWaitsMs: readonly number[];
  readonly onTaken: (events: number) => void;
  readonly onRefused: (code: string) => void;
  readonly onWaiting: (error: unknown) => void;
}

/** Events of one tenant that are taken together. */
const AT_ONCE = 1_000;

/**
 * Takes CloudEvents from a topic. A batch counts as read when the log has its events and the dead letters the rest: a crash
 * in between brings it again, and the events' identities make that harmless. While the KMS or the log is away it waits.
 */
export function createKafkaIntake(deps: IntakeDeps): Worker {
  return {
    name: 'kafka-in',
    start: () => deps.feed.start((batch, signal) => takeIn(deps, batch, signal)),
    stop: async () => {
      await deps.feed.stop();
      await deps.deadLetters.close();
    },
  };
}

async function takeIn(deps: IntakeDeps, batch: FeedBatch, signal: AbortSignal): Promise<void> {
  const patience = { batch, signal, onFailure: deps.onWaiting };
  const { tenants, refused } = sortBatch(batch, deps.mayWrite);
  const actor = reporterOf(batch.topic);
  const unfit = await Promise.all(
    [...tenants].map(([tenant, events]) => takeAll(deps, patience, { tenant, events, actor })),
  );
  await bury(deps, patience, [...refused, ...unfit.flat()]);
}

/** Whoever writes to the topic: Kafka's own access control says who may. */
export const reporterOf = (topic: string): Actor => ({
  kind: 'api-client',
  id: `kafka/${topic}`,
  role: 'ingest',
});

interface Order {
  readonly tenant: string;
  readonly events: readonly FedEvent[];
  readonly actor: Actor;
}

/** Takes one tenant's events, in order; answers with those that cannot be taken. */
async function takeAll(deps: IntakeDeps, patience: Patience, order: Order): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (let from = 0; from < order.events.length; from += AT_ONCE) {
    const events = order.events.slice(from, from + AT_ONCE);
    const unfit = await takeSome(deps, patience, { ...order, events });
    deps.onTaken(events.length - unfit.length);
    refused.push(...unfit);
  }
  return refused;
}

/** Takes events at once, and again after each wait those that come before what they are about. */
async function takeSome(
  deps: IntakeDeps,
  patience: Patience,
  order: Order,
  [wait, ...waits] = deps.stragglerWaitsMs,
): Promise<Refused[]> {
  const { tenant, events, actor } = order;
  const raw = events.map(({ event }) => event);
  const unfit = await untilTaken(patience, () => deps.sift(tenant, raw, actor));
  const early = wait === undefined ? [] : unfit.filter(isEarly);
  const refused = unfit.filter(one => !early.includes(one)).flatMap(one => refusalOf(tenant, events, one));
  if (wait === undefined || early.length === 0) return refused;
  await rest(wait, patience.batch, patience.signal);
  const stragglers = early.flatMap(({ index }) => events[index] ?? []);
  return [...refused, ...(await takeSome(deps, patience, { ...order, events: stragglers }, waits))];
}

/** Partitions have no order among each other: the asset may come to be a moment later. */
const isEarly = ({ code }: Unfit): boolean => code === 'asset-not-found';

/** A tenant that is not there has no key: the letter is the cell's. */
const refusalOf = (
  tenant: string,
  events: readonly FedEvent[],
  { index, code, message }: Unfit,
): Refused[] => {
  const fed = events[index];
  if (fed === undefined) return [];
  const owner = code === 'tenant-not-found' ? undefined : tenant;
  return [{ origin: fed.origin, original: fed.original(), code, reason: message, tenant: owner }];
};

async function bury(deps: IntakeDeps, patience: Patience, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  await untilTaken(patience, async () => deps.deadLetters.put(await deps.letters.seal(refused)));
  for (const { code } of refused) deps.onRefused(code);
}
