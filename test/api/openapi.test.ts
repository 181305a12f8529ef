import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allRoutes } from '../../src/api/routes/all.ts';
import type { RouteGroup } from '../../src/api/server.ts';
import { PROBLEM_CODES } from '../../src/api/problems/codes.ts';
import { LIMITS } from '../../src/domain/limits.ts';
import { buildFrame, type Frame } from './support/frame.ts';
import { onlyServices } from './support/services.ts';

interface Operation {
  readonly security?: unknown;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: {
      readonly Problem: { readonly properties: { readonly code: { readonly enum: string[] } } };
    };
  };
}

const things: RouteGroup = app => {
  const schema = {
    params: z.object({ tenant: z.string(), thing: z.string() }),
    response: { 200: z.object({ id: z.string() }) },
  };
  app.get('/v1/tenants/:tenant/things/:thing', { schema, config: { roles: ['dpo'] } }, () => ({ id: 'x' }));
};

let frame: Frame;
let document: Document;
beforeEach(async () => {
  frame = await buildFrame([things]);
  document = (await frame.app.inject('/openapi.json')).json<Document>();
});
afterEach(() => frame.app.close());

/** Every `$ref` of a document. */
function referencesOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : referencesOf(value),
  );
}

function expectNoLooseEnds(whole: Document): void {
  const references = referencesOf(whole);
  expect(references.length).toBeGreaterThan(0);
  for (const reference of references) {
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], whole);
    expect(target, reference).toBeDefined();
  }
}

describe('the OpenAPI document', () => {
  test('is OpenAPI 3.1 and each of its references leads somewhere', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expectNoLooseEnds(document);
  });

  test('has no reference that leads nowhere, whatever the routes', async () => {
    const { app } = await buildFrame(allRoutes(onlyServices({})));
    const whole = (await app.inject('/openapi.json')).json<Document>();
    await app.close();
    expectNoLooseEnds(whole);
  });

  test('lists each route with its parameters, who may call it, and that it can fail', () => {
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/health/live', '/health/ready', '/metrics', '/problems/{code}']),
    );
    const operation = document.paths['/v1/tenants/{tenant}/things/{thing}']?.['get'];
    expect(operation?.parameters?.map(({ name }) => name)).toEqual(['tenant', 'thing']);
    expect(operation?.security).toEqual([{ apiKey: [] }, { accessToken: [] }]);
    expect(operation?.description).toContain('dpo');
    expect(Object.keys(operation?.responses ?? {})).toEqual(['200', 'default']);
    expect(document.paths['/health/live']?.['get']?.security).toBeUndefined();
  });

  test('names every problem code and every limit', () => {
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(PROBLEM_CODES);
    for (const code of PROBLEM_CODES) expect(document.info.description).toContain(code);
    for (const limit of [LIMITS.bodyBytes, LIMITS.batchEvents, LIMITS.contentLength, LIMITS.pageMaximum]) {
      expect(document.info.description).toContain(String(limit));
    }
  });
});

describe('/docs', () => {
  test('loads everything from this host, and its policy forbids any other', async () => {
    const page = await frame.app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      const part = await frame.app.inject(new URL(source, 'http://localhost/docs/').pathname);
      expect([source, part.statusCode]).toEqual([source, 200]);
    }
    expect(page.headers['content-security-policy']).not.toMatch(/https?:/);
  });

  test('asks no validator on another host', async () => {
    const start = await frame.app.inject('/docs/static/swagger-initializer.js');
    expect(start.body).toContain('"validatorUrl":null');
  });
});
