import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectPii } from '../../../../src/domain/pii/detect/detect-pii.ts';
import { exactDetector } from '../../../../src/domain/pii/detect/exact.ts';

/** Category and text of each finding. */
const found = (text: string): [string, string][] =>
  detectPii(text, { detectors: [exactDetector] }).map(({ category, start, end }) => [
    category,
    text.slice(start, end),
  ]);

/** Every other digit in its last place: a check digit lets none of them pass. */
const withOtherLastDigit = (number: string): string[] =>
  Array.from('0123456789')
    .filter(digit => digit !== number.at(-1))
    .map(digit => number.slice(0, -1) + digit);

/** Numbers that authorities publish as examples, or that only a check digit makes. */
const NATIONAL_IDS: readonly (readonly [country: string, before: string, number: string])[] = [
  ['United Kingdom, NHS', 'NHS number ', '943 476 5919'],
  ['Germany', 'Steuer-ID: ', '86 095 742 719'],
  ['France', 'NIR ', '2 55 08 14 168 025 38'],
  ['Netherlands', 'BSN ', '111222333'],
  ['Poland', 'PESEL ', '44051401359'],
  ['Sweden', 'personnummer ', '811228-9874'],
  ['Switzerland', '', '756.9217.0769.85'],
  ['Brazil', '', '529.982.247-25'],
  ['Canada', 'SIN ', '046 454 286'],
  ['India', 'Aadhaar ', '2341 2341 2346'],
  ['Australia, tax', 'TFN ', '123 456 782'],
];

describe('a number by which a state knows a person', () => {
  it.each(NATIONAL_IDS)('is found by its check digit: %s', (_country, before, number) => {
    expect(found(`my ${before}${number}, please`)).toEqual([['national-id', number]]);
  });

  it.each(NATIONAL_IDS)('is not found with any other last digit: %s', (_country, before, number) => {
    for (const other of withOtherLastDigit(number)) expect(found(`my ${before}${other}, please`)).toEqual([]);
  });

  it.each(NATIONAL_IDS)('is not found inside a longer number: %s', (_country, before, number) => {
    expect(found(`my ${before}7${number}7`)).toEqual([]);
  });

  it.each(NATIONAL_IDS.filter(([, before]) => before !== '' && !before.startsWith('NIR')))(
    'that looks like many others takes a word that says so: %s',
    (_country, _before, number) => {
      expect(found(`lot ${number} of the auction`)).toEqual([]);
    },
  );

  it.each(['12345678Z', 'X1234567L', 'Z1234567R', 'RSSMRA85T10A562S', 'rssmra85t10a562s'])(
    '%s is found by its letter, and with no other letter',
    number => {
      expect(found(number)).toEqual([['national-id', number]]);
      const others = Array.from('ABCDEFGHJKLMNPQRSTVWXYZ').filter(
        letter => letter !== number.at(-1)?.toUpperCase(),
      );
      for (const other of others) expect(found(number.slice(0, -1) + other)).toEqual([]);
    },
  );

  it('is a social security number where the SSA could have issued it', () => {
    expect(found('ssn 460-89-9847')).toEqual([['national-id', '460-89-9847']]);
    expect(found('ssn 460 89 9847')).toEqual([['national-id', '460 89 9847']]);
    for (const never of ['000-12-3456', '666-12-3456', '900-12-3456', '123-00-4567', '123-45-0000']) {
      expect(found(`ssn ${never}`)).toEqual([]);
    }
  });

  it('is a National Insurance number only with a prefix that is given out', () => {
    expect(found('AB 12 34 56 C')).toEqual([['national-id', 'AB 12 34 56 C']]);
    for (const never of ['BG123456C', 'QQ123456C', 'AO123456C', 'AB123456E'])
      expect(found(never)).toEqual([]);
  });
});

describe('an account number', () => {
  const IBANS = [
    'GB82WEST12345698765432',
    'DE89370400440532013000',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
  ];

  it.each(IBANS)('%s is found in one, in groups and in lower case', iban => {
    const groups = iban.replace(/.{4}(?=.)/g, '$& ');
    for (const written of [iban, groups, iban.toLowerCase()])
      expect(found(`to ${written}.`)).toEqual([['iban', written]]);
  });

  it.each(IBANS)('%s is not found with other check digits or a digit more', iban => {
    const check = iban.slice(2, 4);
    const other = check === '50' ? '51' : '50';
    expect(found(iban.slice(0, 2) + other + iban.slice(4))).toEqual([]);
    expect(found(`${iban}0`)).toEqual([]);
  });

  it('of a country that has none is not found', () => {
    expect(found('US82WEST12345698765432')).toEqual([]);
  });
});

describe('an address on a network', () => {
  it.each([
    ['email', 'ada@example.test'],
    ['email', "o'hara+news@mail.example.co.uk"],
    ['email', 'жанна@пример.рф'],
    ['ip-address', '198.51.100.7'],
    ['ip-address', '2001:db8::7'],
    ['ip-address', '2001:0db8:0000:0000:0000:ff00:0042:8329'],
    ['ip-address', '::ffff:192.0.2.128'],
    ['mac-address', '00:1A:2b:3c:4d:5e'],
    ['mac-address', '00-1A-2b-3c-4d-5e'],
    ['credentials-url', 'https://ada:secret@example.test/a?b=1'],
    ['url', 'https://example.test/a?b=1'],
    ['crypto-address', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['crypto-address', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
    ['crypto-address', '0x52908400098527886E0F7030069857D2E4169EE7'],
  ])('is found: %s %s', (category, text) => {
    expect(found(`see ${text}, then`)).toEqual([[category, text]]);
  });

  it.each([
    'a@b',
    'a@@example.test',
    '@example.test',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    'v1.2.3.4',
    '127.0.0.1',
    '::1',
    'std::vector',
    'a::b::c::d',
    '12:30:45',
    '00:1A:2b:3c:4d',
    '00:1A:2b:3c:4d:5e:6f',
    '00:1A-2b:3c-4d:5e',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdr',
  ])('is not found: %s', text => {
    expect(found(`see ${text} then`)).toEqual([]);
  });
});

/** Visa numbers: a leading 4, fourteen digits, and the one that Luhn makes of them. */
const card = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 }).map(digits => {
  const number = `4${digits.join('')}`;
  const sum = Array.from(number).reduce((total, digit, at) => {
    const doubled = Number(digit) * 2;
    return total + (at % 2 === 0 ? (doubled > 9 ? doubled - 9 : doubled) : Number(digit));
  }, 0);
  return `${number}${(10 - (sum % 10)) % 10}`;
});
const words = fc.array(fc.constantFrom('the', 'blue', 'pay', 'with', 'über', '猫', 'please', '😀'), {
  maxLength: 12,
});

describe('a payment card', () => {
  it('is found wherever it is put into a text, and nothing else is', () => {
    fc.assert(
      fc.property(words, card, words, (before, number, after) => {
        const text = [...before, number, ...after].join(' ');
        expect(found(text)).toEqual([['payment-card', number]]);
      }),
    );
  });

  it('with one digit changed is none', () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const digit = (Number(number[at]) + by) % 10;
        const changed = number.slice(0, at) + String(digit) + number.slice(at + 1);
        expect(found(`my card ${changed}`)).toEqual([]);
      }),
    );
  });

  it('of an issuer that the table lacks is found where a word says that it is one', () => {
    expect(found('card 060426070011 was declined')).toEqual([['payment-card', '060426070011']]);
    expect(found('order 060426070011 was declined')).toEqual([]);
  });

  it('is found twice where it stands twice', () => {
    expect(found('4111111111111111 4111 1111 1111 1111')).toHaveLength(2);
  });
});
