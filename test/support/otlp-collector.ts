import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const value = z.looseObject({ stringValue: z.string().optional(), intValue: z.number().optional() });
const span = z.looseObject({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  attributes: z.array(z.object({ key: z.string(), value })).default([]),
});
const request = z.object({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(span) })) })),
});

export type CollectedSpan = z.infer<typeof span>;

export interface Collector {
  readonly url: string;
  /** Every request as it came, its head included. */
  readonly received: readonly string[];
  spans(): CollectedSpan[];
  close(): void;
}

/** Takes traces as OTLP over HTTP, in JSON. */
export async function startCollector(): Promise<Collector> {
  const received: string[] = [];
  const bodies: unknown[] = [];
  const server = createServer((incoming, response) => {
    void incoming.toArray().then((chunks: Buffer[]) => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push(`${incoming.url ?? ''}\n${incoming.rawHeaders.join('\n')}\n${body}`);
      bodies.push(JSON.parse(body));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      bodies.flatMap(body =>
        request
          .parse(body)
          .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    close: () => server.close(),
  };
}
