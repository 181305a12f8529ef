import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSpans } from '../../../src/domain/pii/mask.ts';

const TEXT = 'Ada wrote to ada@example.com';

describe('masking', () => {
  test('replaces each span by its category (promise 8)', () => {
    const spans = [
      { start: 13, end: 28, category: 'email' },
      { start: 0, end: 3, category: 'name' },
    ];
    expect(maskSpans(TEXT, spans)).toBe('[NAME] wrote to [EMAIL]');
  });

  test('makes one of overlapping spans and names both', () => {
    const spans = [
      { start: 0, end: 9, category: 'name' },
      { start: 4, end: 12, category: 'verb' },
      { start: 5, end: 6, category: 'name' },
    ];
    expect(maskSpans(TEXT, spans)).toBe('[NAME+VERB] ada@example.com');
  });

  test('keeps neighbouring spans apart', () => {
    const spans = [
      { start: 0, end: 3, category: 'name' },
      { start: 3, end: 9, category: 'verb' },
    ];
    expect(maskSpans(TEXT, spans)).toBe('[NAME][VERB] to ada@example.com');
  });

  test('ignores what lies outside the text, is empty or is turned round', () => {
    const spans = [
      { start: 100, end: 200, category: 'name' },
      { start: 3, end: 3, category: 'name' },
      { start: 9, end: 4, category: 'name' },
    ];
    expect(maskSpans(TEXT, spans)).toBe(TEXT);
    expect(maskSpans(TEXT, [])).toBe(TEXT);
  });

  test('clamps a span that reaches beyond the text', () => {
    expect(maskSpans(TEXT, [{ start: 13, end: 999, category: 'email' }])).toBe('Ada wrote to [EMAIL]');
    expect(maskSpans(TEXT, [{ start: -5, end: 3, category: 'name' }])).toBe(
      '[NAME] wrote to ada@example.com',
    );
  });

  test('leaves no half of a character behind', () => {
    expect(maskSpans('a😀b', [{ start: 0, end: 2, category: 'name' }])).toBe('[NAME]b');
    expect(maskSpans('a😀b', [{ start: 2, end: 4, category: 'name' }])).toBe('a[NAME]');
  });

  test('lets no masked character through, whatever the spans', () => {
    const span = fc.record({ start: fc.nat(30), end: fc.nat(40), category: fc.constantFrom('A', 'B') });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{0,30}$/), fc.array(span), (text, spans) => {
        const kept = text
          .split('')
          .filter((_, at) => !spans.some(({ start, end }) => start <= at && at < end));
        return maskSpans(text, spans).replace(/\[[AB+]+\]/g, '') === kept.join('');
      }),
    );
  });
});
