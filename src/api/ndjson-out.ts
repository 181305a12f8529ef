import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { NDJSON_TYPE } from './ndjson.ts';

/**
 * Answers with one JSON line an item. Batches are pulled only as fast as the client reads.
 * The first batch is awaited before any header is sent, so that an error can still be a problem; a later one breaks
 * the connection, so that a cut list never looks complete.
 */
export async function sendNdjson(
  reply: FastifyReply,
  batches: AsyncIterable<readonly unknown[]>,
): Promise<FastifyReply> {
  const iterator = batches[Symbol.asyncIterator]();
  const first = await iterator.next();
  const lines = Readable.from(encode(first, iterator), { objectMode: false });
  return reply.type(NDJSON_TYPE).send(lines);
}

async function* encode(
  first: IteratorResult<readonly unknown[]>,
  rest: AsyncIterator<readonly unknown[]>,
): AsyncGenerator<Buffer> {
  try {
    for (let step = first; step.done !== true; step = await rest.next()) {
      if (step.value.length > 0) yield toLines(step.value);
    }
  } finally {
    // A client that leaves early ends the source too.
    await rest.return?.();
  }
}

const toLines = (items: readonly unknown[]): Buffer =>
  Buffer.from(items.map(item => `${JSON.stringify(item)}\n`).join(''), 'utf8');
