const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether keys may be fetched from there: who can change them on their way can be anybody (OIDC Discovery §7.2). */
export function isFetchable(address: string): boolean {
  const { protocol, hostname, username, hash } = new URL(address);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
  return isSafe && username === '' && hash === '';
}
