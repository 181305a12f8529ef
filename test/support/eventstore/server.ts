import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import {
  collecting,
  outcomeOf,
  sizeOf,
  timedOut,
  tooLarge,
  type Batch,
  type BatchCall,
} from './batch-append.ts';
import { cuttable } from './cuttable.ts';
import { createFaults, slowly, type Faults } from './faults.ts';
import { readHandler } from './read.ts';
import { createStreams, type Streams } from './streams.ts';
import { fails, notLeader, refused } from './wire.ts';

/** What a server takes that nobody has configured: 1 MiB. */
export const DEFAULT_APPEND_SIZE = 1024 * 1024;

export interface TestEventStore {
  readonly url: string;
  readonly streams: Streams;
  readonly faults: Faults;
  /** Breaks every connection. */
  cut(): void;
  /** While it is down nobody reaches it; what it holds stays. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** The server's own, milliseconds. */
  readonly clock?: () => number;
  readonly maxAppendSize?: number;
  readonly port?: number;
}

interface Surroundings {
  readonly streams: Streams;
  readonly faults: Faults;
  readonly maxAppendSize: number;
  readonly cut: () => void;
  readonly port: () => number;
}

/** Undefined where the fault leaves nothing more to be said. */
async function respond(
  call: BatchCall,
  batch: Batch,
  around: Surroundings,
): Promise<BatchAppendResp | undefined> {
  const { streams, faults, maxAppendSize } = around;
  const refusal = streams.refusal(batch.stream);
  if (refusal !== undefined) return void call.emit('error', refused(batch.stream, refusal));
  if (sizeOf(batch.events) > maxAppendSize) return tooLarge(batch, maxAppendSize);
  if (faults.isHeld()) return undefined;
  const fault = faults.take();
  await slowly(fault);
  if (fault === 'timeout') return timedOut(batch);
  if (fault === 'lost-before') around.cut();
  if (fault === 'not-leader') call.emit('error', notLeader(around.port()));
  if (fault === 'busy') call.emit('error', fails(status.UNAVAILABLE, 'Server Is Too Busy'));
  if (fault === 'lost-before' || fault === 'not-leader' || fault === 'busy') return undefined;
  const outcome = streams.append(batch.stream, batch.expected, batch.events);
  if (fault === 'lost-after') around.cut();
  return fault === 'lost-after' || fault === 'silent' ? undefined : outcomeOf(batch, outcome);
}

async function answer(call: BatchCall, batch: Batch, around: Surroundings): Promise<void> {
  const response = await respond(call, batch, around);
  if (response !== undefined) call.write(response);
}

const batchAppendHandler =
  (around: Surroundings) =>
  (call: BatchCall): void => {
    call.on('error', () => undefined);
    call.on(
      'data',
      collecting(batch => void answer(call, batch, around)),
    );
    call.on('end', () => call.end());
  };

function supportedMethods(): SupportedMethods {
  const batchAppend = new features.SupportedMethod();
  batchAppend.setServiceName('event_store.client.streams.streams');
  batchAppend.setMethodName('batchappend');
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('24.10.0');
  supported.setMethodsList([batchAppend]);
  return supported;
}

const unimplemented = (_: unknown, callback: sendUnaryData<unknown>): void =>
  callback(fails(status.UNIMPLEMENTED, 'not of this server'));

function implementation(around: Surroundings): UntypedServiceImplementation {
  return {
    read: readHandler(around.streams),
    batchAppend: batchAppendHandler(around),
    append: unimplemented,
    delete: unimplemented,
    tombstone: unimplemented,
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', insecure, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });

/**
 * A server that speaks EventStoreDB's protocol to its own client, from the client's service definitions. In memory; honest
 * about expected revisions, idempotence and the size of an append, and it fails as it is told.
 */
export async function startEventStore(options: ServerOptions = {}): Promise<TestEventStore> {
  const streams = createStreams(options.clock);
  const faults = createFaults();
  const server = new Server({ 'grpc.max_receive_message_length': 32 * 1024 * 1024 });
  const { maxAppendSize = DEFAULT_APPEND_SIZE } = options;
  const around = { streams, faults, maxAppendSize, cut: () => way.cut(), port: () => way.port };
  server.addService(streamsService.StreamsService, implementation(around));
  server.addService(featuresService.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, callback: sendUnaryData<SupportedMethods>) =>
      callback(null, supportedMethods()),
  });
  const target = await listening(server);
  const way = await cuttable(target, options.port);
  return {
    url: `esdb://127.0.0.1:${way.port}?tls=false`,
    ...{ streams, faults },
    cut: () => way.cut(),
    setDown: isDown => way.setDown(isDown),
    close: async () => {
      await way.close();
      server.forceShutdown();
      streams.wake();
    },
  };
}
