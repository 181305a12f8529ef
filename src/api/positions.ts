import type { FastifyInstance, FastifyReply } from 'fastify';
import { LetheError } from '../domain/errors.ts';
import type { FrameDeps } from './deps.ts';

export const POSITION_HEADER = 'lethe-position';
export const MIN_POSITION_HEADER = 'lethe-min-position';

/** How long a read waits for the views, milliseconds. */
export const MAX_WAIT_MS = 5_000;
const POSITION = /^\d{1,15}$/;

/** Tells the writer where its write stands, so that it can ask to read no older state. */
export const tellPosition = (reply: FastifyReply, position: number): FastifyReply =>
  reply.header(POSITION_HEADER, String(position));

/**
 * Read your writes: a GET with Lethe-Min-Position waits until the views have applied that position, at most 5 s, and
 * otherwise fails with `view-behind`.
 */
export function awaitPositions(app: FastifyInstance, views: FrameDeps['views']): void {
  app.addHook('preHandler', async request => {
    const header = request.headers[MIN_POSITION_HEADER];
    if (header === undefined || request.method !== 'GET' || request.principal === null) return;
    if (typeof header !== 'string' || !POSITION.test(header)) throw badHeader();
    await views.reached(Number(header), MAX_WAIT_MS);
  });
}

const badHeader = (): LetheError =>
  new LetheError('invalid-request', 'Lethe-Min-Position is not a log position', {
    faults: [
      { field: 'Lethe-Min-Position', code: 'invalid-field', message: 'a number that a write returned' },
    ],
  });
