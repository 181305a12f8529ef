import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeCursor } from '../../src/api/cursor.ts';
import { ROLES, type Role } from '../../src/domain/ports/credentials.ts';
import { problemAnswer } from '../support/service-answers.ts';
import type { Answer, Caller } from '../support/service-http.ts';
import { registerTenant, upload, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';
import { SECRET } from './bad-input.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const service = useService({ database: 'shared' });

const operation = z.looseObject({
  'x-roles': z.array(z.enum(ROLES)),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}).optional() }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
});
const openApi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

interface Operation extends z.infer<typeof operation> {
  readonly title: string;
  readonly method: string;
  readonly path: string;
}
let operations: Operation[] = [];
let tenant: TestTenant | undefined;
const callers = new Map<Role, Caller>();

beforeAll(async () => {
  const own = await registerTenant(service());
  tenant = own;
  await own.report(upload('kept', { subject: 'ada', content: 'kept' }));
  for (const role of ['tenant-admin', 'dpo', 'auditor', 'investigator', 'ingest'] as const) {
    callers.set(role, service().callerWith(await own.key(role)));
  }
  callers.set('operator', service().operator);
  callers.set('subject', await own.user('ada'));
  const { paths } = (await service().callerWith(undefined).get('/openapi.json')).as(openApi);
  const inTenant = Object.entries(paths).filter(([path]) => path.startsWith('/v1/tenants'));
  operations = inTenant.flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, one]) => {
      const method = name.toUpperCase();
      return { ...operation.parse(one), method, path, title: `${method} ${path}` };
    }),
  );
});

/** The operation's address, with whatever stands for what is not the tenant. */
const urlOf = ({ path, parameters }: Operation, given?: string): string =>
  path.replace('{tenant}', tenant?.id ?? '').replaceAll(/\{([\w*]+)\}/g, (_, name: string) => {
    const { schema } = parameters.find(parameter => parameter.name === name) ?? {};
    return given ?? (JSON.stringify(schema ?? {}).includes('uuid') ? NOBODY : 'x');
  });

function callerOf(one: Operation): Caller {
  const caller = one['x-roles'].map(role => callers.get(role)).find(found => found !== undefined);
  return caller ?? expect.fail(`nobody here may call ${one.title}`);
}

/** Who is told what is wrong learns a code, and nothing of what was sent. */
function faultsOf(
  { title }: Operation,
  sent: string,
  answer: Answer,
  expected?: readonly string[],
): string[] {
  const said = `${title} ${sent}: ${answer.status} ${answer.text.slice(0, 200)}`;
  if (answer.status < 400) return expected === undefined ? [] : [said];
  const problem = problemAnswer.safeParse(JSON.parse(answer.text));
  const isFine =
    answer.status < 500 &&
    problem.success &&
    (expected === undefined || expected.includes(problem.data.code)) &&
    !answer.text.includes(SECRET);
  return isFine ? [] : [said];
}

const JSON_TYPE = 'application/json';
const BODIES: readonly (readonly [body: string, codes: readonly string[]])[] = [
  [`{"${SECRET}": `, ['malformed-json']],
  [`{"${SECRET}": 1}`, ['invalid-request', 'invalid-event']],
  [`"${SECRET}"`, ['invalid-request', 'invalid-event']],
  ['[null]', ['invalid-request', 'invalid-event']],
  ['null', ['invalid-request', 'invalid-event', 'malformed-json']],
];

it('every route that takes a body refuses one that is none of its own', async () => {
  const faults: string[] = [];
  const taking = operations.filter(({ requestBody }) => requestBody !== undefined);
  expect(taking.length).toBeGreaterThan(20);
  for (const one of taking) {
    for (const [body, codes] of BODIES) {
      const answer = await callerOf(one).send(one.method, urlOf(one), { body, type: JSON_TYPE });
      faults.push(...faultsOf(one, body, answer, codes));
    }
  }
  expect(faults).toEqual([]);
}, 60_000);

/** Milliseconds that make a whole number, and no date (ECMA-262 §21.4.1.1). */
const NO_DATE = 8_640_000_000_000_001;
const FOREIGN_CURSORS = [
  ...[SECRET, 'W10', 'bnVsbA', 'WzEsMiwzLDQsNSw2XQ', 'eyJhIjoxfQ', '-1'],
  ...[[NO_DATE, 0, 1], [NO_DATE, 'asset'], [0, 'a\0'], ['a\0', NOBODY], 'a\0', -1].map(encodeCursor),
];

it('every list refuses a page of none, and a cursor of somebody’s own making', async () => {
  const faults: string[] = [];
  const takes = (one: Operation, name: string): boolean =>
    one.parameters.some(parameter => parameter.in === 'query' && parameter.name === name);
  const lists = operations.filter(one => takes(one, 'limit'));
  expect(lists.length).toBeGreaterThan(10);
  for (const one of lists) {
    for (const query of ['limit=0', 'limit=-1', 'limit=1e9', `limit=${SECRET}`, `${SECRET}=1`]) {
      const answer = await callerOf(one).get(`${urlOf(one)}?${query}`);
      faults.push(...faultsOf(one, query, answer, ['invalid-request']));
    }
    if (!takes(one, 'cursor')) continue;
    const rest = takes(one, 'subject') ? '&subject=ada' : '';
    for (const cursor of FOREIGN_CURSORS) {
      const answer = await callerOf(one).get(`${urlOf(one)}?cursor=${cursor}${rest}`);
      faults.push(
        ...faultsOf(one, cursor, answer, ['cursor-invalid', 'subject-not-found', 'invalid-request']),
      );
    }
  }
  expect(faults).toEqual([]);
}, 60_000);

it('no route stumbles over what stands in its address', async () => {
  const faults: string[] = [];
  const placed = operations.filter(({ path }) => path.replace('{tenant}', '').includes('{'));
  expect(placed.length).toBeGreaterThan(20);
  for (const one of placed) {
    for (const given of [SECRET, '%00', '%F0%9F', '..%2f..%2f', "'%3B--", 'x'.repeat(3_000), '%E2%80%AE']) {
      // What changes something is asked for without its body: only the address is looked at.
      const answer = await callerOf(one).send(one.method, urlOf(one, given));
      faults.push(...faultsOf(one, given.slice(0, 20), answer));
    }
  }
  expect(faults).toEqual([]);
}, 60_000);
