const GROUPS = 8;
/** IPv6 hands a line a /64, where IPv4 shares a /24 among neighbours (RFC 6177 §2, RFC 4291 §2.5.1). */
const SITE_GROUPS = 4;
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

export interface NetworkAddress {
  /** One spelling an address, so that equal addresses are equal texts (RFC 5952 in spirit: no zone, no leading zeros). */
  readonly address: string;
  /** The network that it is of: /24 for IPv4, /64 for IPv6. */
  readonly network: string;
}

/** Reads a valid IPv4 or IPv6 address; an IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address. */
export function networkAddress(text: string): NetworkAddress {
  if (!text.includes(':')) return ofIpv4(text);
  const groups = groupsOf(text);
  const isMapped = MAPPED.every((group, index) => groups[index] === group);
  return isMapped ? ofIpv4(dotted(groups.slice(MAPPED.length))) : ofIpv6(groups);
}

function ofIpv4(address: string): NetworkAddress {
  return { address, network: `${address.slice(0, address.lastIndexOf('.'))}.0/24` };
}

function ofIpv6(groups: readonly number[]): NetworkAddress {
  const hex = groups.map(group => group.toString(16));
  return { address: hex.join(':'), network: `${hex.slice(0, SITE_GROUPS).join(':')}::/64` };
}

/** The eight groups, `::` filled in. */
function groupsOf(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const before = parse(head);
  if (tail === undefined) return before;
  const after = parse(tail);
  return [...before, ...Array<number>(GROUPS - before.length - after.length).fill(0), ...after];
}

const parse = (part: string): number[] =>
  part === ''
    ? []
    : part.split(':').flatMap(group => (group.includes('.') ? pair(group) : parseInt(group, 16)));

/** The two groups that the dotted end of an IPv6 address stands for. */
function pair(address: string): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

const dotted = (groups: readonly number[]): string =>
  groups.flatMap(group => [group >> 8, group & 0xff]).join('.');
