import type { ServerDuplexStream } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected, Outcome, Proposed } from './streams.ts';
import { fromMessage, streamName } from './wire.ts';

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** One append, which may come in several messages. */
export interface Batch {
  readonly correlation: string;
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Proposed[];
}

function expectedOf(options: BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasStreamPosition() ? Number(options.getStreamPosition()) : 'any';
}

/** Puts the messages of each append together; `whole` is told of an append when its last message has come. */
export function collecting(whole: (batch: Batch) => void): (request: BatchAppendReq) => void {
  const open = new Map<string, Batch>();
  return request => {
    const correlation = request.getCorrelationId()?.getString() ?? '';
    const options = request.getOptions();
    if (options !== undefined)
      open.set(correlation, {
        correlation,
        stream: streamName(options.getStreamIdentifier()),
        expected: expectedOf(options),
        events: [],
      });
    const batch = open.get(correlation);
    if (batch === undefined) return;
    batch.events.push(...request.getProposedMessagesList().map(fromMessage));
    if (!request.getIsFinal()) return;
    open.delete(correlation);
    whole(batch);
  };
}

/** As the server measures it: what an event brings, and its type in UTF-16. */
export const sizeOf = (events: readonly Proposed[]): number =>
  events.reduce((sum, { data, metadata, type }) => sum + data.length + metadata.length + 2 * type.length, 0);

function responseTo({ correlation, stream }: Batch): BatchAppendResp {
  const id = new shared.UUID();
  id.setString(correlation);
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8').toString('base64'));
  const response = new messages.BatchAppendResp();
  response.setCorrelationId(id);
  response.setStreamIdentifier(identifier);
  return response;
}

function failed(batch: Batch, name: string, details: Uint8Array): BatchAppendResp {
  const packed = new anyMessages.Any();
  packed.pack(details, `event_store.client.${name}`);
  const failure = new statuses.Status();
  failure.setMessage(name);
  failure.setDetails(packed);
  const response = responseTo(batch);
  response.setError(failure);
  return response;
}

export function tooLarge(batch: Batch, maximum: number): BatchAppendResp {
  const details = new shared.MaximumAppendSizeExceeded();
  details.setMaxappendsize(maximum);
  return failed(batch, 'MaximumAppendSizeExceeded', details.serializeBinary());
}

export const timedOut = (batch: Batch): BatchAppendResp =>
  failed(batch, 'Timeout', new shared.Timeout().serializeBinary());

function wrongRevision(batch: Batch, actual: number | undefined): BatchAppendResp {
  const details = new shared.WrongExpectedVersion();
  if (actual === undefined) details.setCurrentNoStream(new empty.Empty());
  else details.setCurrentStreamRevision(String(actual));
  if (typeof batch.expected === 'number') details.setExpectedStreamPosition(String(batch.expected));
  else details.setExpectedNoStream(new empty.Empty());
  return failed(batch, 'WrongExpectedVersion', details.serializeBinary());
}

export function outcomeOf(batch: Batch, outcome: Outcome): BatchAppendResp {
  if (outcome.status === 'wrong-revision') return wrongRevision(batch, outcome.actual);
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(outcome.commit));
  position.setPreparePosition(String(outcome.commit));
  const success = new messages.BatchAppendResp.Success();
  success.setCurrentRevision(String(outcome.last));
  success.setPosition(position);
  const response = responseTo(batch);
  response.setSuccess(success);
  return response;
}
