import { describe, expect, test } from 'vitest';
import { networkAddress } from '../../../src/domain/entities/network-prefix.ts';

describe('an address and its network', () => {
  test.each([
    ['203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
    ['0.0.0.0', '0.0.0.0', '0.0.0.0/24'],
    ['255.255.255.255', '255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8:0:0:0:0:0:1', '2001:db8:0:0::/64'],
    ['::', '0:0:0:0:0:0:0:0', '0:0:0:0::/64'],
    ['::1', '0:0:0:0:0:0:0:1', '0:0:0:0::/64'],
    ['fe80::', 'fe80:0:0:0:0:0:0:0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0:0:0:c000:221', '64:ff9b:0:0::/64'],
    ['::ffff:192.0.2.33', '192.0.2.33', '192.0.2.0/24'],
    ['::FFFF:C000:0221', '192.0.2.33', '192.0.2.0/24'],
  ])('of %s are %s and %s', (text, address, network) => {
    expect(networkAddress(text)).toEqual({ address, network });
  });

  test('are the same in every spelling', () => {
    const spellings = ['2001:db8:0:0:1::7', '2001:db8::1:0:0:7', '2001:0DB8:0:0:1:0:0:7'];
    expect(new Set(spellings.map(text => networkAddress(text).address)).size).toBe(1);
  });
});
