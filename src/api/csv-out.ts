import type { FastifyReply } from 'fastify';
import { csv } from '../documents/csv.ts';
import { sendBatches } from './ndjson-out.ts';

export const CSV_TYPE = 'text/csv';

/** Answers with a head and one record an item, pulled as fast as the client reads. */
export const sendCsv = <T extends object>(
  reply: FastifyReply,
  columns: readonly (keyof T & string)[],
  batches: AsyncIterable<readonly T[]>,
): Promise<FastifyReply> =>
  sendBatches(reply, `${CSV_TYPE}; charset=utf-8; header=present`, csv(columns, batches), piece => piece);
