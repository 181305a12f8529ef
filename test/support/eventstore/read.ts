import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { Recorded, Streams } from './streams.ts';
import { eventResponse, identifierOf, refused, streamName } from './wire.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const { BACKWARDS } = messages.ReadReq.Options.ReadDirection;

/** Messages that may wait to be sent before the sender waits for them. */
const MOST_WAITING = 256;

/** Whoever reads slowly holds the sender back. */
async function send(call: Call, response: ReadResp): Promise<void> {
  call.write(response);
  if (call.writableLength < MOST_WAITING || call.cancelled) return;
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(call, 'drain', { signal }), once(call, 'cancelled', { signal })]);
  settled.abort();
}

function notFound(stream: string): ReadResp {
  const missing = new messages.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(stream));
  const response = new messages.ReadResp();
  response.setStreamNotFound(missing);
  return response;
}

function confirmation(): ReadResp {
  const confirmed = new messages.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId('subscription');
  const response = new messages.ReadResp();
  response.setConfirmation(confirmed);
  return response;
}

/** From the revision asked for, itself included, in the direction asked for. */
function selected(options: ReadReq.Options, stored: readonly Recorded[]): Recorded[] {
  const from = options.getStream();
  const count = Number(options.getCount());
  if (options.getReadDirection() === BACKWARDS) {
    const end = from?.hasRevision() === true ? Number(from.getRevision()) + 1 : stored.length;
    return stored.slice(Math.max(0, end - count), end).toReversed();
  }
  const start = from?.hasEnd() === true ? stored.length : Number(from?.getRevision() ?? 0);
  return stored.slice(start, start + count);
}

/** A subscription starts after the revision that it is given. */
async function follow(call: Call, streams: Streams, stream: string, options: ReadReq.Options): Promise<void> {
  const from = options.getStream();
  const length = (): number => streams.read(stream)?.length ?? 0;
  let next =
    from?.hasEnd() === true ? length() : from?.hasStart() === true ? 0 : Number(from?.getRevision()) + 1;
  await send(call, confirmation());
  while (!call.cancelled && !call.destroyed) {
    const news = streams.changed();
    const event = streams.read(stream)?.[next];
    if (event === undefined) {
      await news;
      continue;
    }
    await send(call, eventResponse(stream, event));
    next++;
  }
}

/** The method Read over one stream: pages in both directions, and subscriptions. */
export const readHandler =
  (streams: Streams) =>
  (call: Call): void => {
    void answer(call, streams).finally(() => call.end());
  };

async function answer(call: Call, streams: Streams): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) return;
  const stream = streamName(options.getStream()?.getStreamIdentifier());
  if (options.hasSubscription()) return follow(call, streams, stream, options);
  const refusal = streams.refusal(stream);
  if (refusal !== undefined) return void call.emit('error', refused(stream, refusal));
  const stored = streams.read(stream);
  if (stored === undefined) return send(call, notFound(stream));
  for (const event of selected(options, stored)) {
    if (call.cancelled) return;
    await send(call, eventResponse(stream, event));
  }
}
