import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { bodies } from '../payload.ts';
import type { BulkOrder, BulkResult } from './bulk.ts';

/**
 * A process of its own, so that making the load costs the service's process nothing. Bodies are made beforehand,
 * except for loads too large to hold, where `lazy` says so.
 */
process.once('message', order => {
  run(order as BulkOrder).then(
    result => process.send?.(result, () => process.disconnect?.()),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run(order: BulkOrder): Promise<BulkResult> {
  const made = bodies(order.run, order.from, order.from + order.events, order.time);
  const source = order.lazy ? made : Array.from(made).values();
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  let position = 0;
  const connection = async (): Promise<void> => {
    for (let next = source.next(); !next.done; next = source.next()) {
      position = Math.max(position, await send(order, agent, next.value));
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: order.connections }, connection));
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  return { seconds, position };
}

async function send({ url, tenant, key }: BulkOrder, agent: Agent, body: Buffer): Promise<number> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/x-ndjson',
    'content-length': body.length,
  };
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request(
      `${url}/v1/tenants/${tenant}/events`,
      { method: 'POST', agent, headers },
      response => {
        text(response).then(body => resolve({ status: response.statusCode ?? 0, body }), reject);
      },
    );
    call.once('error', reject);
    call.end(body);
  });
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body.slice(0, 500)}`);
  const receipt = JSON.parse(answer.body) as { duplicates: number; position: number };
  if (receipt.duplicates > 0) throw new Error('the load repeats itself: nothing is measured');
  return receipt.position;
}
