import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf, type LineFault } from '../../../src/domain/bundle/lines.ts';

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let rest = Buffer.from(text);
  for (let turn = 0; rest.length > 0; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    // Read into the same buffer each time, as a reader of files may do.
    const piece = Buffer.from(rest.subarray(0, size));
    yield await Promise.resolve(piece);
    piece.fill(0);
    rest = rest.subarray(size);
  }
}

async function cut(text: string, sizes: readonly number[], maximum = 1_000) {
  const faults: LineFault[] = [];
  const lines: string[] = [];
  for await (const some of linesOf(inPieces(text, sizes), maximum, fault => faults.push(fault))) {
    lines.push(...some.map(String));
  }
  return { lines, faults };
}

describe('lines of a file', () => {
  test('are the same however the file is cut into pieces', async () => {
    const line = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ''));
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), sizes, async (lines, pieces) => {
        const text = lines.map(each => `${each}\n`).join('');
        expect(await cut(text, pieces)).toEqual({ lines, faults: [] });
      }),
    );
  });

  test('tell that the last one is not ended', async () => {
    expect(await cut('one\ntwo', [2])).toEqual({
      lines: ['one'],
      faults: [{ line: 2, reason: 'unended' }],
    });
  });

  test.each([[[1]], [[4]], [[100]]])('stop at one that is too long, in pieces of %j', async sizes => {
    const { lines, faults } = await cut('one\ntwo\nthreefour\nfive\n', sizes, 5);
    expect(lines).toEqual(['one', 'two']);
    expect(faults).toEqual([{ line: 3, reason: 'too-long' }]);
  });
});
