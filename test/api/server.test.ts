import { Agent, get as httpGet } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { LetheError } from '../../src/domain/errors.ts';
import type { RouteGroup } from '../../src/api/server.ts';
import { buildFrame, echoRoute, TENANT, type Frame } from './support/frame.ts';

let frame: Frame;
afterEach(() => frame.app.close());

const echo = `/v1/tenants/${TENANT}/echo`;

describe('health', () => {
  test('live answers whatever the checks say', async () => {
    frame = await buildFrame([], { checks: { log: () => Promise.reject(new Error('down')) } });
    expect((await frame.app.inject('/health/live')).json()).toEqual({ status: 'ok' });
  });

  test('ready is 200 with every check, and 503 naming the one that fails', async () => {
    let up = true;
    const log = () => (up ? Promise.resolve() : Promise.reject(new Error('planted-secret')));
    frame = await buildFrame([], { checks: { log, kms: () => Promise.resolve() } });
    const ready = await frame.app.inject('/health/ready');
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ok', checks: { log: 'ok', kms: 'ok' } },
    ]);
    up = false;
    const failing = await frame.app.inject('/health/ready');
    expect(failing.statusCode).toBe(503);
    expect(failing.json()).toEqual({ status: 'failing', checks: { log: 'failing', kms: 'ok' } });
    expect(failing.body + frame.logged()).not.toContain('planted-secret');
  });

  test('a check that throws at once fails like one that rejects', async () => {
    const log = () => {
      throw new Error('broken');
    };
    frame = await buildFrame([], { checks: { log } });
    expect((await frame.app.inject('/health/ready')).statusCode).toBe(503);
  });
});

describe('a store that does not answer', () => {
  const away = new Error('planted-secret');
  const frameWithout = (failure: Error) =>
    buildFrame([echoRoute(['ingest'])], {
      credentials: { find: () => Promise.reject(failure) },
      isStoreAway: error => error === away,
    });
  const ask = () =>
    frame.app.inject({ url: echo, headers: { authorization: frame.keyFor('ingest').authorization } });

  test('is 503 with a time to come back, on any route, and says no more', async () => {
    frame = await frameWithout(away);
    const answer = await ask();
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.json()).toMatchObject({ code: 'log-unavailable' });
    expect(answer.body).not.toContain('planted-secret');
  });

  test('is not what a defect answers', async () => {
    frame = await frameWithout(new Error('a defect'));
    expect((await ask()).json()).toMatchObject({ status: 500, code: 'internal' });
  });
});

describe('rate limit', () => {
  test('is counted for each credential alone and says when to come back', async () => {
    frame = await buildFrame([echoRoute(['ingest'])], { rateLimit: 2 });
    const first = frame.keyFor('ingest');
    const second = frame.keyFor('ingest');
    const ask = ({ authorization }: { authorization: string }) =>
      frame.app.inject({ url: echo, headers: { authorization } });
    const answers = [await ask(first), await ask(first), await ask(first)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers['retry-after']).toBe('1');
    expect(answers[2]?.json()).toMatchObject({ code: 'rate-limited' });
    expect((await ask(second)).statusCode).toBe(200);
  });

  test('cannot be used up by quoting the id of a key', async () => {
    frame = await buildFrame([echoRoute(['ingest'])], { rateLimit: 2 });
    const { authorization } = frame.keyFor('ingest');
    const forged = authorization.slice(0, -43) + 'A'.repeat(43);
    for (let tries = 0; tries < 5; tries++)
      await frame.app.inject({ url: echo, headers: { authorization: forged } });
    expect((await frame.app.inject({ url: echo, headers: { authorization } })).statusCode).toBe(200);
  });

  test('leaves health alone', async () => {
    frame = await buildFrame([], { rateLimit: 1 });
    for (let tries = 0; tries < 3; tries++)
      expect((await frame.app.inject('/health/live')).statusCode).toBe(200);
  });
});

describe('Lethe-Min-Position', () => {
  const build = (reached: (position: number, timeoutMs: number) => Promise<void>) =>
    buildFrame([echoRoute(['ingest'])], { views: { reached } });
  const ask = (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') =>
    frame.app.inject({
      method,
      url: echo,
      headers: { ...headers, authorization: frame.keyFor('ingest').authorization },
    });

  test('makes a read wait for the views, at most five seconds', async () => {
    const waited: number[][] = [];
    frame = await build((...args) => {
      waited.push(args);
      return Promise.resolve();
    });
    expect((await ask({ 'lethe-min-position': '42' })).statusCode).toBe(200);
    expect(waited).toEqual([[42, 5_000]]);
  });

  test('that the views do not reach is view-behind', async () => {
    frame = await build(() => Promise.reject(new LetheError('view-behind', 'the views are at 7')));
    const answer = await ask({ 'lethe-min-position': '42' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.json()).toMatchObject({ code: 'view-behind' });
  });

  test.each(['', '-1', '1.5', 'x', '9'.repeat(16)])('that reads %j is invalid-request', async header => {
    frame = await build(() => Promise.resolve());
    expect((await ask({ 'lethe-min-position': header })).json()).toMatchObject({ code: 'invalid-request' });
  });

  test('does not delay a write', async () => {
    frame = await build(() => Promise.reject(new LetheError('view-behind', 'behind')));
    expect((await ask({ 'lethe-min-position': '42' }, 'POST')).statusCode).toBe(200);
  });
});

describe('metrics', () => {
  test('count by route pattern and never by URL', async () => {
    frame = await buildFrame([echoRoute(['ingest'], '/v1/tenants/:tenant/subjects/:subject/echo')]);
    const { authorization } = frame.keyFor('ingest');
    const url = `/v1/tenants/${TENANT}/subjects/planted%40user.example/echo?q=planted`;
    await frame.app.inject({ url, headers: { authorization } });
    await frame.app.inject('/planted/nowhere');
    const { body, headers } = await frame.app.inject('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('route="/v1/tenants/:tenant/subjects/:subject/echo",status="200"');
    expect(body).toContain('route="unmatched",status="404"');
    expect(body).not.toContain('planted');
    expect(body).not.toContain(TENANT);
  });
});

describe('logs', () => {
  test('hold no secret, body, query, address or id of a URL, whatever goes wrong', async () => {
    const failing: RouteGroup = app => {
      app.post('/v1/tenants/:tenant/subjects/:subject/fails', { config: { roles: ['ingest'] } }, request => {
        const row = Object.assign(new Error('planted-message'), { code: '23505', detail: 'planted-detail' });
        request.log.warn({ err: row, headers: request.headers, body: request.body }, 'noted');
        request.log.warn(row);
        request.log.error({ req: request, ip: request.ip, url: request.url });
        throw row;
      });
    };
    frame = await buildFrame([failing]);
    const { authorization } = frame.keyFor('ingest');
    const url = `/v1/tenants/${TENANT}/subjects/planted%40user.example/fails?q=planted-query`;
    const answer = await frame.app.inject({
      method: 'POST',
      url,
      payload: { prompt: 'planted-prompt' },
      headers: { authorization, 'user-agent': 'planted-agent', 'x-request-id': 'planted-id' },
      remoteAddress: '203.0.113.77',
    });
    expect(answer.statusCode).toBe(500);
    await frame.app.inject({ url: '/planted-nowhere', headers: { authorization } });
    const logged = frame.logged();
    for (const secret of ['planted', '203.0.113.77', authorization, authorization.slice(-43)]) {
      expect(logged).not.toContain(secret);
    }
    expect(logged).toContain('23505');
    expect(logged).toContain('/v1/tenants/:tenant/subjects/:subject/fails');
  });
});

describe('closing', () => {
  test('waits for the request in flight', async () => {
    let release: () => void = () => undefined;
    let started: () => void = () => undefined;
    const begun = new Promise<void>(resolve => (started = resolve));
    const slow: RouteGroup = app => {
      app.get('/slow', async () => {
        started();
        await new Promise<void>(resolve => (release = resolve));
        return { done: true };
      });
    };
    frame = await buildFrame([slow]);
    const address = await frame.app.listen({ port: 0, host: '127.0.0.1' });
    const answer = new Promise<number | undefined>((resolve, reject) => {
      httpGet(`${address}/slow`, ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
    await begun;
    const closed = frame.app.close();
    release();
    expect(await answer).toBe(200);
    await closed;
  });

  test('does not wait for a connection whose last request has its answer', async () => {
    const begun = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    const slow: RouteGroup = app => {
      app.get('/slow', async () => {
        begun.resolve(undefined);
        await release.promise;
        return { done: true };
      });
    };
    frame = await buildFrame([slow]);
    const address = await frame.app.listen({ port: 0, host: '127.0.0.1' });
    const agent = new Agent({ keepAlive: true });
    const answer = new Promise<number | undefined>((resolve, reject) => {
      httpGet(`${address}/slow`, { agent }, response => {
        response.resume().once('end', () => resolve(response.statusCode));
      }).on('error', reject);
    });
    await begun.promise;
    const closed = frame.app.close();
    await vi.waitFor(() => expect(frame.app.server.listening).toBe(false));
    release.resolve(undefined);
    expect(await answer).toBe(200);
    await closed;
    agent.destroy();
  });
});

test('a response holds what its schema says and no more', async () => {
  const route: RouteGroup = app => {
    const response = { 200: z.object({ shown: z.string() }) };
    app.get('/shaped', { schema: { response } }, () => ({ shown: 'yes', kept: 'planted' }));
  };
  frame = await buildFrame([route]);
  expect((await frame.app.inject('/shaped')).json()).toEqual({ shown: 'yes' });
});
