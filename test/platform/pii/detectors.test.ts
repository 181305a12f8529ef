import { describe, expect, it } from 'vitest';
import { detectPii } from '../../../src/domain/pii/detect/detect-pii.ts';
import { CONFIDENT } from '../../../src/domain/pii/detect/finding.ts';
import { createDetectors } from '../../../src/platform/pii/detectors.ts';

const detectors = await createDetectors();
const found = (text: string): [string, string][] =>
  detectPii(text, { detectors, minConfidence: CONFIDENT }).map(({ category, start, end }) => [
    category,
    text.slice(start, end),
  ]);

describe('a telephone number', () => {
  it.each(['+44 20 7946 0018', '+1 (202) 555-0143', '+49 30 901820'])(
    'with its country is found anywhere: %s',
    phone => {
      expect(found(`see ${phone} for it`)).toEqual([['phone', phone]]);
    },
  );

  it.each(['555-0143', '030 901820', '01 84 17 61 18', '60-56-85-91'])(
    'is found where a word says so: %s',
    phone => {
      expect(found(`call ${phone} today`)).toEqual([['phone', phone]]);
    },
  );

  it('is found without a word where some numbering plan has it', () => {
    expect(found('it is (202) 555-0143, I think')).toEqual([['phone', '(202) 555-0143']]);
  });

  it.each([
    'invoice 202 555 0143',
    '1991-06-24 10:30:00',
    'pages 120-135',
    '3.14159265',
    '10 000 000',
    '2024/25',
  ])('is not found: %s', text => {
    expect(found(text)).toEqual([]);
  });
});

describe('a name', () => {
  it.each([
    ['My name is Siiri', 'Siiri'],
    ['Please ask Mr. Fanucci about it', 'Fanucci'],
    ['I met Maria da Silva yesterday', 'Maria da Silva'],
    ['Szabina J. Gelencsér wrote it', 'Szabina J. Gelencsér'],
    ["Jean-Pierre O'Connor called", "Jean-Pierre O'Connor"],
    ['my name is anna schmidt', 'anna schmidt'],
  ])('of a person is found: %s', (text, name) => {
    expect(found(text)).toEqual([['person', name]]);
  });

  it.each([
    ['I live in Reykjavik now', 'place', 'Reykjavik'],
    ['She moved to Germany', 'place', 'Germany'],
    ['I am Norwegian', 'nationality', 'Norwegian'],
    ['i am cambodian', 'nationality', 'cambodian'],
  ])('of a place or a people is found: %s', (text, category, name) => {
    expect(found(text)).toEqual([[category, name]]);
  });

  it.each([
    'A red bicycle leans against a wall.',
    'The cat sat on the mat on Monday in January.',
    'CAN I SPEAK TO SOMEBODY?!',
    'Make it 4K, 16:9, in the style of an oil painting',
    'I love the song "Tube Snake Boogie"',
    '',
  ])('is not found where there is none: %s', text => {
    expect(found(text)).toEqual([]);
  });
});

describe('every detector', () => {
  it.each([
    ['one word', 'a'.repeat(100_000)],
    ['hyphens', 'a-'.repeat(50_000)],
    ['addresses that go nowhere', 'http://'.repeat(14_000)],
    ['signs', '@'.repeat(100_000)],
    ['colons', ':'.repeat(100_000)],
  ])('gets through a long text of nothing but %s', (_of, text) => {
    expect(found(text)).toEqual([]);
  });

  it('has a name and a version that may stand in clear', () => {
    for (const { name, version } of detectors)
      expect(`${name}:${version}`).toMatch(/^lethe\/[a-z]+:\d+\.\d+\.\d+$/);
    expect(new Set(detectors.map(({ name }) => name)).size).toBe(detectors.length);
  });
});
