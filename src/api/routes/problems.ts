import type { FastifyInstance, FastifyReply } from 'fastify';
import { LetheError } from '../../domain/errors.ts';
import { isProblemCode, PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../problems/codes.ts';

/** The pages that a problem's `type` leads to: HTML for a browser, JSON for everyone else. */
export function problemRoutes(app: FastifyInstance): void {
  const tags = ['operation'];
  app.get('/problems', { schema: { tags, summary: 'Every problem code' } }, () =>
    PROBLEM_CODES.map(describe),
  );
  app.get<{ Params: { code: string } }>(
    '/problems/:code',
    { schema: { tags, summary: 'What a problem code means and what to mend' } },
    ({ params, headers }, reply) => {
      if (!isProblemCode(params.code)) throw new LetheError('not-found', 'there is no such problem code');
      const wantsPage = headers.accept?.includes('text/html') === true;
      return wantsPage ? sendPage(reply, params.code) : reply.send(describe(params.code));
    },
  );
}

const describe = (code: ProblemCode): Record<string, unknown> => ({ code, ...PROBLEMS[code] });

function sendPage(reply: FastifyReply, code: ProblemCode): FastifyReply {
  const { status, title, mend } = PROBLEMS[code];
  const [heading, advice] = [title, mend].map(escapeHtml);
  return reply.type('text/html; charset=utf-8').send(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${code}</title>
<main style="font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto">
<h1>${heading ?? ''}</h1><p><code>${code}</code>, HTTP status ${status}</p><p>${advice ?? ''}</p></main></html>`,
  );
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
