import { connect, type Socket } from 'node:net';
import { eventText } from '../payload.ts';
import { percentile } from '../stats.ts';
import type { SinglesOrder, SinglesResult } from './singles.ts';

process.once('message', order => {
  run(order as SinglesOrder).then(
    result => process.send?.(result, () => process.disconnect?.()),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

interface Tally {
  readonly latencies: number[];
  failed: number;
}

/**
 * Every request carries the next event: its own id, so that none is a duplicate. Plain sockets and answers read by their
 * Content-Length, since on two cores every microsecond of the generator is one less for the service.
 */
async function run(order: SinglesOrder): Promise<SinglesResult> {
  let next = 0;
  const tally: Tally = { latencies: [], failed: 0 };
  const began = performance.now();
  const end = began + order.seconds * 1_000;
  const requestOf = requestWriter(order);
  await Promise.all(
    Array.from({ length: order.connections }, () =>
      converse(order.url, () => (performance.now() < end ? requestOf(2 * next++) : undefined), tally),
    ),
  );
  const seconds = (performance.now() - began) / 1_000;
  return {
    perSecond: tally.latencies.length / seconds,
    p50: percentile(tally.latencies, 0.5),
    p99: percentile(tally.latencies, 0.99),
    failed: tally.failed,
  };
}

function requestWriter({ url, tenant, key, run: name }: SinglesOrder): (n: number) => string {
  const head =
    `POST /v1/tenants/${tenant}/events HTTP/1.1\r\nhost: ${new URL(url).host}\r\n` +
    `authorization: Bearer ${key}\r\ncontent-type: application/cloudevents+json\r\ncontent-length: `;
  return n => {
    const body = eventText(name, n);
    return `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
}

/** One connection: a request, its answer, the next request, until there is none. */
function converse(url: string, nextRequest: () => string | undefined, tally: Tally): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let sentAt = 0;
    let received = '';
    const send = (): void => {
      const request = nextRequest();
      if (request === undefined) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.on('data', chunk => {
      received += chunk.toString('latin1');
      const status = completeStatus(received);
      if (status === undefined) return;
      received = '';
      if (status === 200) tally.latencies.push(performance.now() - sentAt);
      else tally.failed++;
      send();
    });
  });
}

/** Status of an answer that has arrived whole; undefined until then. */
function completeStatus(answer: string): number | undefined {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headEnd));
  const whole = headEnd + 4 + Number(length?.[1] ?? 0);
  return answer.length >= whole ? Number(answer.slice(9, 12)) : undefined;
}
