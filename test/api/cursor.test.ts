import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../src/api/cursor.ts';

const schema = z.tuple([z.iso.datetime(), z.string()]);
const place: z.infer<typeof schema> = ['2026-01-15T12:00:00.000Z', 'asset-1'];
const refusal = expect.objectContaining({ code: 'cursor-invalid' }) as unknown;

describe('a cursor', () => {
  test('comes back as it was and needs no escaping in a URL', () => {
    const text = encodeCursor(place);
    expect(encodeURIComponent(text)).toBe(text);
    expect(decodeCursor(schema, text)).toEqual(place);
  });

  test.each([
    ['something else', 'not-a-cursor'],
    ['nothing', ''],
    ['a cursor of another list', encodeCursor({ position: 3 })],
    ['a changed cursor', encodeCursor(place).slice(0, -3)],
    ['text that no list has', encodeCursor(['2026-01-15T12:00:00.000Z', 'a\0b'])],
    ['a very long one', encodeCursor(['2026-01-15T12:00:00.000Z', 'x'.repeat(5_000)])],
  ])('that is %s is refused', (_what, text) => {
    expect(() => decodeCursor(schema, text)).toThrow(refusal);
  });
});
