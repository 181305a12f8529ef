import { z } from 'zod';

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** Four octets without leading zeros. The unspecified, the loopback and the broadcast address are nobody's. */
export const isIPv4 = (text: string): boolean =>
  ipv4.safeParse(text).success && !['0.0.0.0', '127.0.0.1', '255.255.255.255'].includes(text);

/** RFC 4291 §2.2; the unspecified and the loopback address are nobody's. At least two groups tell it from `a::`. */
export const isIPv6 = (text: string): boolean =>
  ipv6.safeParse(text).success && (text.match(/[\da-f]+/gi) ?? []).length > 1;
