import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import type { Policy } from '../iam.ts';
import { requireAccess } from './access.ts';
import { FaultScript, type Fault } from './faults.ts';
import { FakeKeys } from './keys.ts';
import { OPERATIONS, REQUESTS, type Operation } from './operations.ts';
import { KmsRefusal } from './refusal.ts';

export interface SeenCall {
  readonly operation: Operation;
  readonly region: string;
  /** Access key id of the caller. */
  readonly caller: string;
  /** 200, or the name of the error. */
  readonly outcome: string;
}

/** AWS KMS over HTTP, for the real SDK: its own clock, and faults as told. */
export interface KmsFake {
  readonly url: string;
  readonly clock: FakeClock;
  readonly keys: FakeKeys;
  readonly faults: FaultScript;
  /** Every request that came, in order. */
  readonly calls: SeenCall[];
  /** Policies by access key id; who is not listed may do everything. */
  readonly roles: Map<string, readonly Policy[]>;
  stop(): Promise<void>;
}

/** `CREDENTIAL=id/date/region/kms/aws4_request`: AWS Signature Version 4. */
const SIGNED = /Credential=(?<caller>[^/]+)\/\d{8}\/(?<region>[a-z0-9-]+)\/kms\/aws4_request/;

export async function startKmsFake({
  clock = createFakeClock(new Date().toISOString()),
}: { readonly clock?: FakeClock } = {}): Promise<KmsFake> {
  const fake = {
    ...{ clock, keys: new FakeKeys(clock), faults: new FaultScript() },
    calls: new Array<SeenCall>(),
    roles: new Map<string, readonly Policy[]>(),
  };
  const server = createServer((request, response) => {
    answer(fake, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the fake has no port');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(fake, { url: `http://127.0.0.1:${address.port}`, stop });
}

type Running = Omit<KmsFake, 'url' | 'stop'>;

async function answer(fake: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { caller = '', region = '' } = SIGNED.exec(request.headers.authorization ?? '')?.groups ?? {};
  const operation = operationOf(request);
  const body = await bodyOf(request);
  const fault = fake.faults.next(operation);
  const note = (outcome: string): void => void fake.calls.push({ operation, region, caller, outcome });
  if (fault?.kind === 'cut' || fault?.kind === 'hang') {
    note(fault.kind);
    if (fault.kind === 'cut') request.socket.destroy();
    return;
  }
  if (fault?.kind === 'slow') await delay(fault.ms);
  const { status, payload } = perform(fake, { operation, region, caller, body }, fault);
  note(status === 200 ? '200' : String(payload['__type']));
  if (fault?.kind === 'lost') request.socket.destroy();
  else
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(payload));
}

interface Asked {
  readonly operation: Operation;
  readonly region: string;
  readonly caller: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

function perform({ keys, clock, roles }: Running, asked: Asked, fault: Fault | undefined): Answer {
  try {
    refuseFor(fault);
    if (asked.region === '') throw new KmsRefusal('IncompleteSignatureException');
    requireAccess(roles.get(asked.caller), keys, asked);
    return { status: 200, payload: { ...run({ keys, clock, region: asked.region }, asked) } };
  } catch (error) {
    if (!(error instanceof KmsRefusal)) throw error;
    return { status: error.status, payload: { __type: error.name, message: error.message } };
  }
}

function refuseFor(fault: Fault | undefined): void {
  if (fault?.kind === 'throttle') throw new KmsRefusal('ThrottlingException', 'Rate exceeded');
  if (fault?.kind === 'internal') throw new KmsRefusal('KMSInternalException', 'internal', 500);
  if (fault?.kind === 'deny') throw new KmsRefusal('AccessDeniedException', 'denied');
}

function run(place: Parameters<(typeof OPERATIONS)[Operation]>[0], { operation, body }: Asked): object {
  const parsed = REQUESTS[operation].safeParse(body);
  if (!parsed.success) throw new KmsRefusal('ValidationException', parsed.error.message);
  // The table holds each operation beside the schema that has just passed its request.
  const perform = OPERATIONS[operation] as (at: typeof place, request: unknown) => object;
  return perform(place, parsed.data);
}

function operationOf({ headers }: IncomingMessage): Operation {
  const target = String(headers['x-amz-target']).replace(/^TrentService\./, '');
  if (target in REQUESTS) return target as Operation;
  throw new Error(`the fake does not know ${target}`);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}
