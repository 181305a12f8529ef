import { describe, expect, test } from 'vitest';
import {
  ENTITY_KINDS,
  entityReference,
  entityValues,
  parseEntityReference,
} from '../../../src/domain/entities/entity.ts';

const TOKEN = Buffer.alloc(16, 0xa7).toString('base64url');

describe('a reference of an entity', () => {
  test.each(ENTITY_KINDS)('of kind %s is read back', kind => {
    expect(parseEntityReference(entityReference({ kind, token: TOKEN }))).toEqual({ kind, token: TOKEN });
  });

  test.each([
    ['without a kind', TOKEN],
    ['of an unknown kind', `user:${TOKEN}`],
    ['with a shorter token', `ip:${TOKEN.slice(1)}`],
    ['with a longer token', `ip:${TOKEN}A`],
    ['with bits that no 16 bytes have', `ip:${TOKEN.slice(0, -1)}B`],
    ['with plain Base64', `ip:${TOKEN.slice(0, -2)}+A`],
    ['with something behind it', `ip:${TOKEN}\n`],
    ['that is empty', ''],
  ])('%s is none', (_, text) => {
    expect(parseEntityReference(text)).toBeUndefined();
  });
});

describe('the entities of a call', () => {
  test('are all that it names, the network with the address', () => {
    const network = { ip: '192.0.2.1', device: 'd', session: 's', paymentFingerprint: 'p' };
    expect(entityValues(network, 'c')).toEqual([
      { kind: 'ip', value: '192.0.2.1' },
      { kind: 'ip24', value: '192.0.2.0/24' },
      { kind: 'device', value: 'd' },
      { kind: 'payment', value: 'p' },
      { kind: 'session', value: 's' },
      { kind: 'client', value: 'c' },
    ]);
  });

  test('are none where it names nothing', () => {
    expect(entityValues({}, undefined)).toEqual([]);
  });
});
