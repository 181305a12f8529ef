import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { LIMITS } from '../domain/limits.ts';
import { NDJSON_LIMITS } from './ndjson.ts';
import { PROBLEM_CODES, PROBLEMS } from './problems/codes.ts';
import { PROBLEM_TYPE } from './problems/problem.ts';

/** OpenAPI 3.1 at /openapi.json and, readable without any other host, at /docs. Register before the routes. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lethe', version: '1', description: introduction(), license: { name: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'lethe_<id>_<secret>' },
          accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
        schemas: { Problem: problemSchema },
      },
    },
    transform: withAccessAndProblems,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // The validator badge would send the reader's address and the document to another host.
    uiConfig: { validatorUrl: null, docExpansion: 'list', layout: 'BaseLayout' },
    theme: { title: 'Lethe: API reference' },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

const problemSchema = {
  type: 'object' as const,
  description: 'RFC 9457 problem details; /problems/{code} explains each code',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance'],
  properties: {
    type: { type: 'string' as const, format: 'uri-reference' },
    title: { type: 'string' as const },
    status: { type: 'integer' as const },
    code: { type: 'string' as const, enum: [...PROBLEM_CODES] },
    detail: { type: 'string' as const },
    instance: { type: 'string' as const, format: 'uri' },
    errors: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        required: ['code', 'message'],
        properties: {
          index: { type: 'integer' as const, description: 'place in the batch, from 0' },
          line: { type: 'integer' as const, description: 'line of an NDJSON body, from 1' },
          field: { type: 'string' as const },
          code: { type: 'string' as const },
          message: { type: 'string' as const },
        },
      },
    },
  },
};

const problemResponse = {
  description: 'A problem',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Says of each route who may call it, and that it can fail. */
const withAccessAndProblems: SwaggerTransform = document => {
  const { schema, url } = jsonSchemaTransform(document);
  if (schema.hide === true) return { schema, url };
  const roles = document.route.config?.roles;
  const access =
    roles === undefined ? {} : { security: [{ apiKey: [] }, { accessToken: [] }], 'x-roles': roles };
  const said = roles === undefined ? 'Open to everyone.' : `Roles: ${roles.join(', ')}.`;
  return {
    schema: {
      ...withoutReferences({ ...schema, ...document.route.config?.document }),
      ...access,
      description: [schema.description, said].filter(text => text !== undefined).join('\n\n'),
      response: { ...(schema.response as Record<string, unknown> | undefined), default: problemResponse },
    },
    url,
  };
};

/**
 * What refers to itself is `z.json()` alone, and any JSON value is exactly what `{}` says. Its reference would lead nowhere:
 * what a schema defines for itself is out of reach inside the document.
 */
const withoutReferences = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (name, value: unknown) => {
    if (name === '$defs') return undefined;
    return typeof value === 'object' && value !== null && '$ref' in value ? {} : value;
  }) as object;

function introduction(): string {
  const limits = [
    `a request body: ${LIMITS.bodyBytes} bytes`,
    `events in a request: ${LIMITS.batchEvents}`,
    `a line of NDJSON: ${NDJSON_LIMITS.lineBytes} bytes`,
    `an opaque identifier: ${LIMITS.identifierLength} characters`,
    `a subject: ${LIMITS.subjectLength} characters`,
    `a content field: ${LIMITS.contentLength} characters`,
    `a short text: ${LIMITS.shortTextLength} characters`,
    `parents of an asset: ${LIMITS.parents}`,
    `assets of a hold: ${LIMITS.heldAssets}`,
    `PII spans of an event: ${LIMITS.spans}`,
    `event time ahead of the clock: ${LIMITS.futureSkewMs} ms`,
    `a page: ${LIMITS.pageDefault} items, at most ${LIMITS.pageMaximum}`,
  ];
  const codes = PROBLEM_CODES.map(
    code => `- \`${code}\` (${PROBLEMS[code].status}): ${PROBLEMS[code].title}`,
  );
  return [
    'The ledger of an AI platform: forgets content on time, keeps the proof.',
    'Writes answer with `Lethe-Position`; a read with `Lethe-Min-Position` waits until it sees that write.',
    folded(
      'Limits',
      limits.map(line => `- ${line}`),
    ),
    folded('Problems', codes),
  ].join('\n\n');
}

/** Out of the way of the routes until it is asked for. */
const folded = (title: string, lines: readonly string[]): string =>
  `<details><summary><b>${title}</b></summary>\n\n${lines.join('\n')}\n\n</details>`;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Parts of the OpenAPI operation that the schemas cannot say. */
    document?: Readonly<Record<string, unknown>>;
  }
}
