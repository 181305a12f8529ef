import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';

const planted = 'planted-key-material';
const secret = (): Secret => new Secret(Buffer.from(planted));

test('a secret prints as [secret] wherever it is written', () => {
  const one = secret();
  expect(JSON.stringify({ one })).toBe('{"one":"[secret]"}');
  expect(inspect(one)).toBe('[secret]');
  expect(inspect({ deep: { one } }, { depth: 9, showHidden: true })).not.toContain(planted);
  expect(String(one)).toBe('[secret]');
  // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- what a careless log line does
  expect(`key ${one}`).toBe('key [secret]');
});

test('a secret has no enumerable property and no copy in a clone', () => {
  expect(Object.keys(secret())).toEqual([]);
  expect(JSON.stringify(Object.assign({}, secret()))).toBe('{}');
});

test('a wiped secret holds zeros', () => {
  const one = secret();
  const bytes = one.reveal();
  one.wipe();
  expect(bytes.every(byte => byte === 0)).toBe(true);
});
