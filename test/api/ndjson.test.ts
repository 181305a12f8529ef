import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectNdjson, NDJSON_LIMITS, NdjsonParser, type NdjsonLimits } from '../../src/api/ndjson.ts';
import { LetheError } from '../../src/domain/errors.ts';

const collect = (chunks: readonly Buffer[], limits?: NdjsonLimits) =>
  collectNdjson(Readable.from(chunks, { objectMode: true }), limits);
const parse = (text: string | Buffer, limits?: NdjsonLimits) => collect([Buffer.from(text)], limits);

async function codeOf(
  work: Promise<unknown>,
): Promise<{ code: string; line: number | undefined; message: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LetheError)) throw new Error('expected a LetheError');
  return { code: error.code, line: error.faults[0]?.line, message: error.message };
}

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map(place => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('reading NDJSON', () => {
  test('lines are counted from 1, empty lines included', async () => {
    expect(await parse('{"a":1}\n\n{"a":2}\n')).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 3, value: { a: 2 } },
    ]);
  });

  test('CRLF and a missing last line feed are tolerated', async () => {
    expect((await parse('1\r\n\r\n2')).map(({ value }) => value)).toEqual([1, 2]);
  });

  test('an empty body has no lines', async () => {
    expect(await parse('')).toEqual([]);
    expect(await parse('\n\r\n')).toEqual([]);
  });

  test('any chunking of the same bytes gives the same lines', async () => {
    const texts = fc.array(fc.oneof(fc.json(), fc.constant('')), { maxLength: 12 });
    const separator = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(
        texts,
        separator,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 30 }),
        async (lines, eol, last, places) => {
          const bytes = Buffer.from(lines.join(eol) + (last ? eol : ''));
          const expected = lines.flatMap((text, index) =>
            text === '' ? [] : [{ line: index + 1, value: JSON.parse(text) as unknown }],
          );
          expect(await collect(cut(bytes, places))).toEqual(expected);
          const singly = Array.from(bytes, byte => Buffer.from([byte]));
          expect(await collect(singly)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a bad line is named and not quoted', async () => {
    const refused = await codeOf(parse('{"a":1}\n\n{"planted-secret"\n'));
    expect(refused).toMatchObject({ code: 'malformed-ndjson', line: 3 });
    expect(refused.message).not.toContain('planted');
  });

  test('a last line that was cut off is named', async () => {
    expect(await codeOf(parse('{"a":1}\n{"a":'))).toMatchObject({ code: 'malformed-ndjson', line: 2 });
  });

  test('invalid UTF-8 is refused, wherever the chunks end', async () => {
    const bytes = Buffer.concat([Buffer.from('"ok"\n"'), Buffer.from([0xc3, 0x28]), Buffer.from('"\n')]);
    expect(await codeOf(parse(bytes))).toMatchObject({ code: 'malformed-ndjson', line: 2 });
    expect(await codeOf(collect(cut(bytes, [7])))).toMatchObject({ code: 'malformed-ndjson', line: 2 });
  });

  test('a line at the limit passes and one byte more does not', async () => {
    const limits = { ...NDJSON_LIMITS, lineBytes: 10 };
    expect(await parse(`"${'x'.repeat(8)}"\r\n`, limits)).toHaveLength(1);
    expect(await parse(`"${'x'.repeat(8)}"`, limits)).toHaveLength(1);
    expect(await codeOf(parse(`1\n"${'x'.repeat(9)}"\n`, limits))).toMatchObject({
      code: 'event-too-large',
      line: 2,
    });
  });

  test('an endless line is refused while it streams', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64, 'x');
      })(),
    );
    expect(await codeOf(collectNdjson(endless, { ...NDJSON_LIMITS, lineBytes: 1_000 }))).toMatchObject({
      code: 'event-too-large',
      line: 1,
    });
    expect(endless.destroyed).toBe(false);
    endless.destroy();
  });

  test('too many lines and too many bytes are refused', async () => {
    expect(await codeOf(parse('1\n2\n3\n', { ...NDJSON_LIMITS, lines: 2 }))).toMatchObject({
      code: 'batch-too-large',
    });
    expect(await codeOf(parse('1\n2\n3\n', { ...NDJSON_LIMITS, bytes: 5 }))).toMatchObject({
      code: 'body-too-large',
    });
  });

  test('a parsed line does not change when the chunk that held it is reused', () => {
    const parser = new NdjsonParser();
    const chunk = Buffer.from('{"a":"first"}\n');
    const lines = parser.push(chunk);
    chunk.fill(0);
    expect(lines).toEqual([{ line: 1, value: { a: 'first' } }]);
  });
});
