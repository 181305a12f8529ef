import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PROBLEM_CODES, PROBLEMS } from '../../../src/api/problems/codes.ts';
import type { ProblemKind } from '../../../src/api/problems/kind.ts';
import type { RouteGroup } from '../../../src/api/server.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import { LIMITS } from '../../../src/domain/limits.ts';
import { buildFrame, type Frame } from '../support/frame.ts';

let frame: Frame;
afterEach(() => frame.app.close());

const throwing =
  (error: unknown): RouteGroup =>
  app => {
    app.get('/throws', () => {
      throw error;
    });
  };

const strictRoute: RouteGroup = app => {
  const body = z.strictObject({
    name: z.string().max(5),
    tags: z.record(z.string().max(4), z.json()).optional(),
  });
  app.post('/strict', { schema: { body } }, () => ({}));
};

const PROBLEM = 'application/problem+json';

describe('every code of the contract', () => {
  test.each(PROBLEM_CODES)('%s answers with its status, and has a page', async code => {
    frame = await buildFrame([
      throwing(new LetheError(code, 'what to mend', { details: { clause: 'N-9' } })),
    ]);
    const answer = await frame.app.inject('/throws');
    const { status, title, retryAfter }: ProblemKind = PROBLEMS[code];
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain(PROBLEM);
    expect(answer.json()).toEqual({
      type: `/problems/${code}`,
      title,
      status,
      code,
      detail: 'what to mend',
      instance: `urn:uuid:${String(answer.headers['x-request-id'])}`,
      clause: 'N-9',
    });
    expect(answer.headers['retry-after']).toBe(retryAfter === undefined ? undefined : String(retryAfter));
    expect(answer.headers['www-authenticate'] !== undefined).toBe(status === 401);
    const page = await frame.app.inject({ url: `/problems/${code}`, headers: { accept: 'text/html' } });
    expect(page.body).toContain(code);
    expect((await frame.app.inject(`/problems/${code}`)).json()).toMatchObject({ code, status, title });
  });
});

describe('a problem', () => {
  test('names each fault of a batch', async () => {
    const faults = [
      { index: 3, line: 4, field: 'data.model', code: 'invalid-event', message: 'is too long' },
    ];
    frame = await buildFrame([throwing(new LetheError('invalid-event', 'one event is refused', { faults }))]);
    expect((await frame.app.inject('/throws')).json()).toMatchObject({ errors: faults });
  });

  test('never lets a detail replace a member of RFC 9457', async () => {
    const details = { status: 200, code: 'fine', type: 'x', title: 'x', detail: 'x', instance: 'x' };
    frame = await buildFrame([throwing(new LetheError('asset-erased', 'erased', { details }))]);
    const answer = await frame.app.inject('/throws');
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({ status: 410, code: 'asset-erased', detail: 'erased' });
  });

  test.each([
    ['an error of another library', new Error('planted-secret in a database message')],
    ['a code outside the contract', new LetheError('key-missing', 'planted-secret')],
    ['something that is no error', 'planted-secret'],
  ])('of %s is internal and leaks nothing', async (_what, error) => {
    frame = await buildFrame([throwing(error)]);
    const answer = await frame.app.inject('/throws');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.body).not.toContain('planted-secret');
    expect(frame.logged()).toContain('request failed');
  });
});

describe('what the framework refuses', () => {
  test('a route that does not exist is not-found, under /v1 too', async () => {
    frame = await buildFrame();
    for (const url of ['/nowhere', '/v1/nowhere', '/problems/nothing']) {
      const answer = await frame.app.inject(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not-found' });
    }
  });

  test.each([
    ['malformed-json', 400, '{"name": "planted', 'application/json'],
    ['malformed-json', 400, Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'application/json'],
    ['unsupported-media-type', 415, 'name=x', 'application/x-www-form-urlencoded'],
    ['unsupported-media-type', 415, 'x', 'text/plain'],
    ['body-too-large', 413, Buffer.alloc(LIMITS.bodyBytes + 1, ' '), 'application/json'],
    ['invalid-request', 400, '', 'application/json'],
  ])('%s answers %i', async (code, status, payload, type) => {
    frame = await buildFrame([strictRoute]);
    const answer = await frame.app.inject({
      method: 'POST',
      url: '/strict',
      payload,
      headers: { 'content-type': type },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain(PROBLEM);
    expect(answer.json()).toMatchObject({ code });
    expect(answer.body).not.toContain('planted');
  });

  test('a body that does not fit names each field and never the value or a key of the caller', async () => {
    frame = await buildFrame([strictRoute]);
    const payload = { name: 'planted-name', 'planted@key.example': 1, tags: { 'planted-tag': 1 } };
    const answer = await frame.app.inject({ method: 'POST', url: '/strict', payload });
    expect(answer.statusCode).toBe(400);
    const { code, errors } = answer.json<{ code: string; errors: { field: string }[] }>();
    expect(code).toBe('invalid-request');
    expect(errors.map(({ field }) => field).sort()).toEqual(['', 'name', 'tags']);
    expect(answer.body + frame.logged()).not.toContain('planted');
  });

  test('a URL that cannot be decoded is invalid-request', async () => {
    frame = await buildFrame([app => app.get('/things/:thing', () => ({}))]);
    const answer = await frame.app.inject('/things/%E0%A4%A');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid-request' });
  });

  test('an oversized body is answered while it is still being sent', async () => {
    frame = await buildFrame([strictRoute]);
    await frame.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = frame.app.server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': LIMITS.bodyBytes * 2 };
      const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/strict', headers });
      sent.on('response', answer => {
        resolve(answer.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write('{');
    });
    expect(status).toBe(413);
  });
});
