import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { LetheError } from '../domain/errors.ts';
import { faultsOf } from './zod-faults.ts';

/** Validates params, query, headers and bodies; what does not fit is `invalid-request` with a fault a field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const part = httpPart === undefined ? 'request' : (PART_NAMES[httpPart] ?? httpPart);
    const faults = faultsOf(parsed.error);
    return { error: new LetheError('invalid-request', `the ${part} does not fit its schema`, { faults }) };
  };

const PART_NAMES: Readonly<Record<string, string>> = {
  params: 'path',
  querystring: 'query',
  headers: 'header',
  body: 'body',
};
