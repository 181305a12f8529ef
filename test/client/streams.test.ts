import { expect, test } from 'vitest';
import { itemsOf, itemsOfPages } from '../../src/client/streams.ts';
import { allOf } from '../support/all-of.ts';

/** A body that comes in the chunks given; `failure` breaks it off after them. */
function bodyOf(chunks: readonly Uint8Array[], failure?: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: controller => {
      chunks.forEach(chunk => controller.enqueue(chunk));
      if (failure === undefined) controller.close();
    },
    pull: controller => controller.error(failure),
  });
}

test('NDJSON is read whatever its chunks, a character cut in two included', async () => {
  const bytes = Buffer.from('{"name":"ä"}\n\n{"name":"b"}\n{"name":"c"}');
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(await allOf(itemsOf(bodyOf(chunks)))).toEqual([{ name: 'ä' }, { name: 'b' }, { name: 'c' }]);
  }
});

test('a body that breaks off says so: half an export never looks like a whole one', async () => {
  const body = bodyOf([Buffer.from('{"n":1}\n{"n":')], new Error('reset'));
  await expect(allOf(itemsOf(body))).rejects.toMatchObject({ code: 'unreachable' });
});

test('a line that is not JSON is told without being quoted', async () => {
  const failure = allOf(itemsOf(bodyOf([Buffer.from('heron@user.example\n')])));
  await expect(failure).rejects.toMatchObject({
    code: 'answer-unreadable',
    message: expect.not.stringContaining('heron') as string,
  });
});

test('pages are read one after another, and only as far as they are asked for', async () => {
  const asked: (string | undefined)[] = [];
  const page = (cursor: string | undefined) => {
    asked.push(cursor);
    const next = Number(cursor ?? 0) + 1;
    return Promise.resolve({ items: [next], ...(next < 3 ? { next: String(next) } : {}) });
  };
  expect(await allOf(itemsOfPages(page))).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, '1', '2']);
  for await (const item of itemsOfPages(page)) if (item === 1) break;
  expect(asked).toHaveLength(4);
});
