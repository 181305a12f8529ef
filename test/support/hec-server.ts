import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface ReceivedEvent {
  readonly time: number;
  readonly sourcetype: string;
  readonly event: { readonly metadata: { readonly uid: string; readonly sequence: number } };
}

/** What the collector does with the next requests that bring events, one each; afterwards it takes them. */
export type HecFault = 'busy' | 'reset' | 'reset-after-taking' | 'slow' | 'not-json' | 'silent';

export interface HecServer {
  readonly url: string;
  readonly token: string;
  /** In the order in which they were taken, repeats included. */
  readonly received: readonly ReceivedEvent[];
  /** Positions, each once, in the order of their first arrival. */
  sequences(): number[];
  /** Largest number of requests with events that were open at once, and the largest body in bytes. */
  readonly mostAtOnce: number;
  readonly largestBody: number;
  fail(...faults: readonly HecFault[]): void;
  /** Until told otherwise, the indexer acknowledges nothing. */
  withholdAcknowledgements(withhold: boolean): void;
  close(): Promise<void>;
}

const SLOW_MS = 300;

/** A real HTTP Event Collector over real sockets: tokens, channels, acknowledgements, and faults on demand. */
export async function startHecServer({ acknowledges = false, token = 'hec-token' } = {}): Promise<HecServer> {
  const collector = new Collector(token, acknowledges);
  const server = createServer((request, response) => void collector.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: addressOf(server),
    token,
    received: collector.received,
    sequences: () => [...new Set(collector.received.map(({ event }) => event.metadata.sequence))],
    get mostAtOnce() {
      return collector.mostAtOnce;
    },
    get largestBody() {
      return collector.largestBody;
    },
    fail: (...faults) => void collector.faults.push(...faults),
    withholdAcknowledgements: withhold => {
      collector.withholds = withhold;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no address');
  return `http://127.0.0.1:${address.port}`;
}

class Collector {
  readonly received: ReceivedEvent[] = [];
  readonly faults: HecFault[] = [];
  withholds = false;
  mostAtOnce = 0;
  largestBody = 0;
  readonly #token: string;
  readonly #acknowledges: boolean;
  #batches = 0;
  #open = 0;

  constructor(token: string, acknowledges: boolean) {
    this.#token = token;
    this.#acknowledges = acknowledges;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    if (request.headers.authorization !== `Splunk ${this.#token}`) {
      send(response, 403, { text: 'Invalid token', code: 4 });
    } else if (request.url === '/services/collector/ack') {
      this.#acknowledge(JSON.parse(body) as { acks: number[] }, response);
    } else {
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open);
      this.largestBody = Math.max(this.largestBody, Buffer.byteLength(body));
      await this.#take(body, request, response).finally(() => this.#open--);
    }
  }

  #acknowledge({ acks }: { acks: number[] }, response: ServerResponse): void {
    const known = acks.map(id => [id, !this.withholds && id < this.#batches] as const);
    send(response, 200, { acks: Object.fromEntries(known) });
  }

  async #take(body: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.shift();
    if (fault === 'busy') {
      send(response, 503, { text: 'Server is busy', code: 9 });
      return;
    }
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'silent') return;
    if (fault === 'slow') await delay(SLOW_MS);
    const events = objectsIn(body);
    if (events.length === 0) {
      send(response, 400, { text: 'No data', code: 5 });
      return;
    }
    if (this.#acknowledges && request.headers['x-splunk-request-channel'] === undefined) {
      send(response, 400, { text: 'Data channel is missing', code: 10 });
      return;
    }
    this.received.push(...events);
    const ackId = this.#batches++;
    if (fault === 'reset-after-taking') return void request.socket.resetAndDestroy();
    if (fault === 'not-json') return void response.writeHead(200).end('<html>proxy</html>');
    send(response, 200, { text: 'Success', code: 0, ...(this.#acknowledges ? { ackId } : {}) });
  }
}

const send = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** The collector's own format: objects one after the other, with nothing between them. */
const objectsIn = (body: string): ReceivedEvent[] =>
  body === '' ? [] : (JSON.parse(`[${body.replaceAll('}{"time"', '},{"time"')}]`) as ReceivedEvent[]);
