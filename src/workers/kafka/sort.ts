import type { Refused } from '../../application/dead-letters/letters.ts';
import type { Original } from '../../application/dead-letters/original.ts';
import type { Origin } from '../../domain/ports/dead-letters.ts';
import type { FeedBatch, FeedMessage } from '../../domain/ports/message-feed.ts';
import { readMessage } from './cloud-events.ts';

/** An event of a message. */
export interface FedEvent {
  readonly event: unknown;
  readonly origin: Origin;
  /** The message to put on record if the event can't be taken: its own, whoever else's events came with it. */
  readonly original: () => Original;
}

type Place = Pick<FeedBatch, 'topic' | 'partition'>;

export interface Sorted {
  /** In the order of the partition. */
  readonly tenants: ReadonlyMap<string, readonly FedEvent[]>;
  readonly refused: readonly Refused[];
}

/** Tells whose each event is; what names no tenant that the topic may write for is refused. */
export function sortBatch(
  batch: Omit<FeedBatch, 'requireOurs'>,
  mayWrite: (tenant: string) => boolean,
): Sorted {
  const tenants = new Map<string, FedEvent[]>();
  const refused: Refused[] = [];
  for (const message of batch.messages) {
    const reading = readMessage(message);
    if ('code' in reading) {
      const origin = originOf(batch, message, 0);
      refused.push({ ...reading, origin, original: message, tenant: undefined });
      continue;
    }
    for (const fed of eventsOf(batch, message, reading.events)) {
      const tenant = tenantOf(fed.event);
      if (tenant === undefined || !mayWrite(tenant)) refused.push(unowned(fed, tenant));
      else append(tenants, tenant, fed);
    }
  }
  return { tenants, refused };
}

const originOf = ({ topic, partition }: Place, { offset }: FeedMessage, index: number): Origin => ({
  topic,
  partition,
  offset,
  index,
});

function eventsOf(batch: Place, message: FeedMessage, events: readonly unknown[]): FedEvent[] {
  return events.map((event, index) => ({
    event,
    origin: originOf(batch, message, index),
    original: () => (events.length === 1 ? message : structured(message, event)),
  }));
}

const CONTENT_TYPE = Buffer.from('application/cloudevents+json');

/** One event of a batch, as a message of its own. */
const structured = ({ key }: FeedMessage, event: unknown): Original => ({
  key,
  value: Buffer.from(JSON.stringify(event)),
  headers: { 'content-type': CONTENT_TYPE },
});

const TENANT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function tenantOf(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('lethetenant' in event)) return undefined;
  const { lethetenant } = event;
  return typeof lethetenant === 'string' && TENANT_ID.test(lethetenant) ? lethetenant : undefined;
}

/** Who names a tenant that is not the topic's may be anybody: the letter is not that tenant's. */
const unowned = ({ origin, original }: FedEvent, named: string | undefined): Refused => ({
  origin,
  original: original(),
  tenant: undefined,
  ...(named === undefined
    ? { code: 'tenant-missing', reason: 'the extension lethetenant names no tenant' }
    : { code: 'tenant-not-allowed', reason: 'the topic may not write for the tenant that is named' }),
});

function append(tenants: Map<string, FedEvent[]>, tenant: string, fed: FedEvent): void {
  const found = tenants.get(tenant);
  if (found === undefined) tenants.set(tenant, [fed]);
  else found.push(fed);
}
