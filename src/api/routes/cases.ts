import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { decodeCursor } from '../cursor.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { pageOf, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import {
  caseFile,
  caseParams,
  fileOf,
  listedCase,
  listedOf,
  newCase,
  queueQuery,
  receipt,
} from './case-schemas.ts';

const URL = '/v1/tenants/:tenant/cases';
const tags = ['cases'];
const READERS = ['investigator', 'dpo', 'auditor'] as const;
const place = z.tuple([z.int(), z.iso.datetime(), uuid]);

type Deps = Pick<Services, 'cases' | 'caseFiles' | 'records'>;

/** The investigators' queue and files. What notes say is for investigators alone (promise 25). */
export const caseRoutes =
  ({ cases, caseFiles, records }: Deps): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const open = {
      tags,
      summary: 'Open a case',
      params: tenantParams,
      body: newCase,
      response: { 201: receipt },
    };
    routes.post(URL, { config: { roles: ['investigator', 'dpo'] }, schema: open }, async (request, reply) => {
      const { tenant } = request.params;
      const opened = await cases.open(tenant, request.body.priority, callerOf(request).actor);
      return tellPosition(reply, opened.position).code(201).send(opened);
    });

    const summary = 'The queue: the most urgent first, of those the oldest';
    const list = { tags, summary, params: tenantParams, querystring: queueQuery };
    routes.get(
      URL,
      { config: { roles: READERS }, schema: { ...list, response: { 200: pageOf(listedCase) } } },
      async request => {
        const { tenant } = request.params;
        const { cursor, limit, ...filter } = request.query;
        const behind = cursor === undefined ? undefined : placeFrom(cursor);
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'cases' });
        const found = await caseFiles.queue(tenant, { cursor: behind, limit: limit + 1, ...filter });
        const page = pageFrom(found, limit, row => [row.rank, row.openedAt.toISOString(), row.case]);
        return { ...page, items: page.items.map(listedOf) };
      },
    );

    const one = { tags, summary: 'One case: links, notes, access requests, decision', params: caseParams };
    routes.get(
      `${URL}/:case`,
      { config: { roles: READERS }, schema: { ...one, response: { 200: caseFile } } },
      async request => {
        const { tenant, case: id } = request.params;
        const { principal, actor } = callerOf(request);
        await records.viewed(tenant, { actor, records: 'cases' });
        const file = await caseFiles.file(tenant, id, { entries: principal.role === 'investigator' });
        return fileOf(file);
      },
    );
  };

function placeFrom(cursor: string): {
  readonly rank: number;
  readonly openedAt: Date;
  readonly case: string;
} {
  const [rank, openedAt, id] = decodeCursor(place, cursor);
  return { rank, openedAt: new Date(openedAt), case: id };
}
