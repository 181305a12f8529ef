import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { allRoutes } from '../../src/api/routes/all.ts';
import { buildFrame } from '../api/support/frame.ts';
import { onlyServices } from '../api/support/services.ts';
import { typeOf } from './schema-types.ts';

export const TYPES_FILE = fileURLToPath(new URL('../../src/client/openapi.ts', import.meta.url));

const HEADING =
  '/** Written by `npm run client:types` from the OpenAPI document of the service: change the routes. */';

/** What the client calls; the document has more. */
const TENANT = '/v1/tenants/{tenant}';
const OPERATIONS: readonly (readonly [method: string, path: string])[] = [
  ['post', `${TENANT}/events`],
  ['get', `${TENANT}/subjects/{subject}/assets`],
  ['get', `${TENANT}/assets/{asset}`],
  ['get', `${TENANT}/assets/{asset}/content`],
  ['get', `${TENANT}/assets/{asset}/retention`],
  ['post', `${TENANT}/deletion-requests`],
  ['get', `${TENANT}/deletion-requests`],
  ['get', `${TENANT}/deletion-requests/{request}`],
  ['post', `${TENANT}/reports`],
  ['get', `${TENANT}/reports/{report}`],
];

const media = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const operation = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        schema: z.record(z.string(), z.unknown()),
      }),
    )
    .default([]),
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.object({ content: media.optional() })),
});
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** The client's types as a file, from the text of /openapi.json. */
export async function clientTypes(document: string): Promise<string> {
  const { paths, components } = openApi.parse(JSON.parse(document));
  const named = Object.entries(components.schemas).map(
    ([name, schema]) => `export interface ${name} ${typeOf(schema)}`,
  );
  const entries = OPERATIONS.map(([method, path]) => {
    const described = operation.parse(paths[path]?.[method]);
    return `readonly '${method.toUpperCase()} ${path}': ${operationType(described)};`;
  });
  const operations = `export interface Operations { ${entries.join('\n')} }`;
  const text = [HEADING, ...named, operations].join('\n\n');
  return format(text, { ...(await resolveConfig(TYPES_FILE)), parser: 'typescript' });
}

/** Query, body and answer of an operation, as far as it has them. */
function operationType({ parameters, requestBody, responses }: z.infer<typeof operation>): string {
  const query = parameters.filter(parameter => parameter.in === 'query');
  const properties = Object.fromEntries(query.map(({ name, schema }) => [name, schema]));
  const required = query.filter(parameter => parameter.required).map(({ name }) => name);
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  return typeOf({
    type: 'object',
    properties: {
      ...(query.length === 0 ? {} : { query: { type: 'object', properties, required } }),
      ...bodyOf('body', requestBody?.content),
      ...bodyOf('answer', success?.content),
    },
    required: ['query', 'body', 'answer'],
  });
}

/** The first media type that is listed: the one event of a route that also takes many. */
function bodyOf(name: string, content: z.infer<typeof media> = {}): Record<string, unknown> {
  const [first] = Object.values(content);
  return first === undefined ? {} : { [name]: first.schema };
}

/** The document without a service: the routes describe themselves. */
async function documentOfRoutes(): Promise<string> {
  const { app } = await buildFrame(allRoutes(onlyServices({})));
  const { body } = await app.inject('/openapi.json');
  await app.close();
  return body;
}

export const committedTypes = (): Promise<string> => readFile(TYPES_FILE, 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(TYPES_FILE, await clientTypes(await documentOfRoutes()));
}
