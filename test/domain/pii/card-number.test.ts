import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCardNumber } from '../../../src/domain/pii/card-number.ts';

/** Numbers that card schemes publish for testing. */
const TEST_CARDS = [
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '30569309025904',
  '3530111333300000',
  '6200000000000005',
];

const found = (text: string): string | undefined => {
  const at = findCardNumber(text);
  return at && text.slice(at.start, at.end);
};

describe('a card number', () => {
  test.each(TEST_CARDS)('%s is found alone and within a text', card => {
    expect(found(card)).toBe(card);
    expect(found(`paid with ${card}, thanks`)).toBe(card);
    expect(found(`card:${card}`)).toBe(card);
  });

  test.each(['4111 1111 1111 1111', '4111-1111-1111-1111', '3782 822463 10005', '3782-822463-10005'])(
    '%s is found in its groups',
    card => {
      expect(found(`(${card})`)).toBe(card);
    },
  );

  test('is found behind digits that are none', () => {
    expect(found('1234 4111 1111 1111 1111')).toBe('4111 1111 1111 1111');
  });

  test.each([
    ['a wrong check digit', '4111111111111112'],
    ['an issuer that there is not', '9111111111111111'],
    ['a length that the issuer does not have', '41111111111111'],
    ['a letter beside it', 'x4111111111111111'],
    ['an accented letter behind it', '4111111111111111é'],
    ['a digit beside it', '41111111111111110000'],
    ['mixed gaps', '4111 1111-1111 1111'],
    ['groups of another shape', '41 11 11 11 11 11 11 11'],
    ['a time in milliseconds', '1741003200000'],
    ['nothing at all', ''],
  ])('is not seen in %s', (_, text) => {
    expect(findCardNumber(text)).toBeUndefined();
  });
});

describe('identifiers are not taken for card numbers', () => {
  test('no UUID', () => {
    fc.assert(
      fc.property(fc.uuid(), uuid => findCardNumber(uuid) === undefined),
      { numRuns: 5_000 },
    );
  });

  test('no UUID of digits only, though its groups look like those of a card', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
    const uuid = fc
      .tuple(digits(8), digits(4), digits(4), digits(4), digits(12))
      .map(parts => parts.join('-'));
    fc.assert(
      fc.property(uuid, text => findCardNumber(text) === undefined),
      { numRuns: 5_000 },
    );
  });

  test('no SHA-256 in hexadecimal', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const hash = createHash('sha256').update(text).digest('hex');
        return findCardNumber(hash) === undefined;
      }),
      { numRuns: 2_000 },
    );
  });
});
