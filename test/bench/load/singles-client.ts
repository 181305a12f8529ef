import autocannon from 'autocannon';
import { eventText } from '../payload.ts';
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

/** Every request carries the next event: its own id, so that none is a duplicate. */
async function run(order: SinglesOrder): Promise<SinglesResult> {
  let next = 0;
  const result = await autocannon({
    url: `${order.url}/v1/tenants/${order.tenant}/events`,
    method: 'POST',
    connections: order.connections,
    duration: order.seconds,
    headers: { authorization: `Bearer ${order.key}`, 'content-type': 'application/cloudevents+json' },
    requests: [{ setupRequest: request => ({ ...request, body: eventText(order.run, 2 * next++) }) }],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
