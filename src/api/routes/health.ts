import type { FastifyInstance } from 'fastify';
import type { HealthCheck } from '../deps.ts';

const CHECK_MS = 2_000;

/** /health/live: the process answers. /health/ready: it can do its work; 503 names what cannot. */
export const healthRoutes =
  (checks: Readonly<Record<string, HealthCheck>>) =>
  (app: FastifyInstance): void => {
    const tags = ['operation'];
    app.get('/health/live', { schema: { tags, summary: 'The process answers' } }, () => ({ status: 'ok' }));
    app.get(
      '/health/ready',
      { schema: { tags, summary: 'The service can do its work' } },
      async (request, reply) => {
        const names = Object.keys(checks);
        const results = await Promise.allSettled(Object.values(checks).map(withTimeout));
        const failing = names.filter((_, index) => results[index]?.status === 'rejected');
        for (const result of results) {
          if (result.status === 'rejected') request.log.warn({ err: result.reason as unknown }, 'not ready');
        }
        const status = failing.length === 0 ? 'ok' : 'failing';
        const said = Object.fromEntries(names.map(name => [name, failing.includes(name) ? 'failing' : 'ok']));
        return reply.code(failing.length === 0 ? 200 : 503).send({ status, checks: said });
      },
    );
  };

/** A check that hangs is a check that fails. */
async function withTimeout(check: HealthCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the check took too long')), CHECK_MS);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
