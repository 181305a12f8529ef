import { describe, expect, it } from 'vitest';
import { addressDetector } from '../../../../src/domain/pii/detect/address.ts';
import { describedDetector } from '../../../../src/domain/pii/detect/described.ts';
import { detectPii } from '../../../../src/domain/pii/detect/detect-pii.ts';

const found = (text: string): [string, string][] =>
  detectPii(text, { detectors: [describedDetector, addressDetector], minConfidence: 0.5 }).map(
    ({ category, start, end }) => [category, text.slice(start, end)],
  );

describe('what only words tell', () => {
  it.each([
    ['date-of-birth', 'born on 6/24/1991', '6/24/1991'],
    ['date-of-birth', 'DOB: 1991-06-24', '1991-06-24'],
    ['date-of-birth', 'geboren am 24.06.1991', '24.06.1991'],
    ['date-of-birth', 'date of birth 24 June 1991', '24 June 1991'],
    ['age', 'a 34 year old engineer', '34'],
    ['age', 'at the age of 61', '61'],
    ['age', 'she turned 40 last week', '40'],
    ['driving-licence', "driver's license number is 2270-66-1551", '2270-66-1551'],
    ['passport', 'passport no. C01X00T47', 'C01X00T47'],
    ['postcode', 'zip code 35350', '35350'],
    ['postcode', 'near SW1A 1AA', 'SW1A 1AA'],
  ])('is found as %s: %s', (category, text, value) => {
    expect(found(text)).toEqual([[category, value]]);
  });

  it.each([
    'released on 6/24/1991',
    'the film turned 2 heads',
    'version 34 of the year',
    'passport photos cost 5',
    'take the SW1 train',
    'license to thrill',
    'the age of reason',
  ])('is not found: %s', text => {
    expect(found(text)).toEqual([]);
  });
});

describe('a postal address', () => {
  it.each([
    '12 Example Street, Springfield, IL 62704',
    'Beispielstraße 7, 10115 Berlin',
    '14 Rue de la Paix, 75002 Paris',
    'P.O. Box 104',
    'PSC 1437, Box 3833\nAPO AA 66791',
    'Flat 3, 22 Acacia Avenue',
    'Via Roma 12',
  ])('is found whole: %s', address => {
    expect(found(`please send it to ${address} by then`)).toEqual([['address', address]]);
  });

  it.each([
    'chapter 12 of the book',
    'we sold 300 units in 2 weeks',
    'on 3 May 2020',
    'top 20 songs',
    'Suite of 4 rooms',
  ])('is not found: %s', text => {
    expect(found(text)).toEqual([]);
  });
});
