import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { NDJSON_TYPE } from './ndjson.ts';

/** Answers with one JSON line an item, as `sendBatches` does. */
export const sendNdjson = (
  reply: FastifyReply,
  batches: AsyncIterable<readonly unknown[]>,
): Promise<FastifyReply> => sendBatches(reply, NDJSON_TYPE, batches, toLines);

/**
 * Answers with a stream. Batches are pulled only as fast as the client reads.
 * The first batch is awaited before any header is sent, so that an error can still be a problem; a later one breaks
 * the connection, so that a cut list never looks complete.
 */
export async function sendBatches<T extends { readonly length: number }>(
  reply: FastifyReply,
  type: string,
  batches: AsyncIterable<T>,
  toBytes: (batch: T) => Buffer,
): Promise<FastifyReply> {
  const iterator = batches[Symbol.asyncIterator]();
  const first = await iterator.next();
  const lines = Readable.from(encode(first, iterator, toBytes), { objectMode: false });
  return reply.type(type).send(lines);
}

async function* encode<T extends { readonly length: number }>(
  first: IteratorResult<T>,
  rest: AsyncIterator<T>,
  toBytes: (batch: T) => Buffer,
): AsyncGenerator<Buffer> {
  try {
    for (let step = first; step.done !== true; step = await rest.next()) {
      if (step.value.length > 0) yield toBytes(step.value);
    }
  } finally {
    // A client that leaves early ends the source too.
    await rest.return?.();
  }
}

const toLines = (items: readonly unknown[]): Buffer =>
  Buffer.from(items.map(item => `${JSON.stringify(item)}\n`).join(''), 'utf8');
