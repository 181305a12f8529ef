import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { sendNdjson } from '../../src/api/ndjson-out.ts';

const apps: FastifyInstance[] = [];
afterEach(() => Promise.all(apps.splice(0).map(app => app.close())));

function serve(batches: () => AsyncIterable<readonly unknown[]>): FastifyInstance {
  const app: FastifyInstance = fastify();
  apps.push(app);
  app.get('/', (_request, reply) => sendNdjson(reply, batches()));
  return app;
}

test('each item is a line, and empty batches are left out', async () => {
  const app = serve(async function* () {
    yield [{ a: 1 }, { a: 'x\ny' }];
    yield await Promise.resolve([]);
    yield [{ a: 3 }];
  });
  const answer = await app.inject('/');
  expect(answer.headers['content-type']).toBe('application/x-ndjson');
  expect(answer.body).toBe('{"a":1}\n{"a":"x\\ny"}\n{"a":3}\n');
});

test('a list without items is an empty body', async () => {
  const app = serve(async function* () {
    yield await Promise.resolve([]);
  });
  const answer = await app.inject('/');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe('');
});

test('an error before the first item is still an error answer', async () => {
  // eslint-disable-next-line require-yield
  const app = serve(async function* () {
    await Promise.reject(new Error('the source failed'));
  });
  expect((await app.inject('/')).statusCode).toBe(500);
});

test('an error later breaks the connection, so that a cut list never looks complete', async () => {
  const app = serve(async function* () {
    yield [{ a: 1 }];
    await Promise.reject(new Error('the source failed'));
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(address);
  await expect(answer.text()).rejects.toThrow();
});

test('the source is pulled no faster than the client reads, and ends when it leaves', async () => {
  let pulled = 0;
  let ended: () => void = () => undefined;
  const end = new Promise<void>(resolve => (ended = resolve));
  const app = serve(async function* () {
    try {
      for (;;) {
        pulled += 1;
        yield await Promise.resolve([{ filler: 'x'.repeat(100_000) }]);
      }
    } finally {
      ended();
    }
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const leave = new AbortController();
  const answer = await fetch(address, { signal: leave.signal });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  leave.abort();
  await end;
  expect(pulled).toBeLessThan(1_000);
});
