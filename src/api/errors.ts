import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LetheError } from '../domain/errors.ts';
import type { FrameDeps } from './deps.ts';
import { answerTo, PROBLEM_TYPE, toLetheError } from './problems/problem.ts';

/** Every failure, of a route or of the framework, answers as a problem. */
export function answerWithProblems(
  app: FastifyInstance,
  { isStoreAway }: Pick<FrameDeps, 'isStoreAway'>,
): void {
  app.setErrorHandler((thrown, request, reply) =>
    sendProblem(isStoreAway?.(thrown) === true ? storeAway(thrown) : thrown, request, reply),
  );
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new LetheError('not-found', 'there is no such route; /openapi.json lists them'),
      request,
      reply,
    ),
  );
}

const storeAway = (cause: unknown): LetheError =>
  new LetheError('log-unavailable', 'the database does not answer, or refuses for now; try again', { cause });

/** Answers with the problem that an error is. What is the service's own failure is logged with its cause. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toLetheError(thrown);
  const { problem, headers } = answerTo(error, request.id);
  if (problem.status >= 500) request.log.error({ err: thrown, code: problem.code }, 'request failed');
  if (!request.raw.complete) {
    void reply.removeHeader('connection');
    drain(request);
  }
  return reply
    .code(problem.status)
    .headers(headers)
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** How long a refused body may go on, milliseconds. */
const DRAIN_MS = 10_000;

/** A client whose connection closes while it sends may never see the answer: the rest is read and dropped, for a while. */
function drain({ raw }: FastifyRequest): void {
  const timer = setTimeout(() => raw.destroy(), DRAIN_MS);
  timer.unref();
  raw.once('close', () => clearTimeout(timer));
  raw.resume();
}
