import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { assignment, caseParams, newLinks, newNote, receipt, verdict, verdictOf } from './case-schemas.ts';

const URL = '/v1/tenants/:tenant/cases/:case';
const schemaOf = (summary: string) => ({
  tags: ['cases'],
  summary,
  params: caseParams,
  response: { 200: receipt },
});

/** What an investigator does in a case. */
export const caseStepRoutes =
  ({ cases }: Pick<Services, 'cases'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: ['investigator'] } as const;

    const assign = { ...schemaOf('Assign the case, by default to yourself'), body: assignment };
    routes.post(`${URL}/assign`, { config, schema: assign }, async (request, reply) => {
      const { tenant, case: id } = request.params;
      const { actor } = callerOf(request);
      const done = await cases.assign(tenant, id, request.body.assignee ?? actor.id, actor);
      return tellPosition(reply, done.position).send(done);
    });

    const link = { ...schemaOf('Link users, assets and entities'), body: newLinks };
    routes.post(`${URL}/links`, { config, schema: link }, async (request, reply) => {
      const { tenant, case: id } = request.params;
      const done = await cases.link(tenant, id, request.body, callerOf(request).actor);
      return tellPosition(reply, done.position).send(done);
    });

    const note = schemaOf('Write a note: sealed, and gone with what the case links now');
    routes.post(
      `${URL}/notes`,
      { config, schema: { ...note, body: newNote, response: { 201: receipt.extend({ note: uuid }) } } },
      async (request, reply) => {
        const { tenant, case: id } = request.params;
        const done = await cases.note(tenant, id, request.body.text, callerOf(request).actor);
        return tellPosition(reply, done.position).code(201).send(done);
      },
    );

    const decide = { ...schemaOf('Decide the case; to limit or block is done at once'), body: verdict };
    routes.post(`${URL}/decision`, { config, schema: decide }, async (request, reply) => {
      const { tenant, case: id } = request.params;
      const done = await cases.decide(tenant, id, verdictOf(request.body), callerOf(request).actor);
      return tellPosition(reply, done.position).send(done);
    });

    routes.post(
      `${URL}/reopen`,
      { config, schema: schemaOf('Reopen a decided case: it starts without any access') },
      async (request, reply) => {
        const { tenant, case: id } = request.params;
        const done = await cases.reopen(tenant, id, callerOf(request).actor);
        return tellPosition(reply, done.position).send(done);
      },
    );
  };
