import { LetheError } from '../domain/errors.ts';

/** What only the surroundings of a process can mend, by the code of the system. */
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of it is no directory',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};
const NETWORK_TROUBLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
]);
/** SQLSTATE: a login or a database that is not there, a server that starts, one that has no connection left. */
const REFUSED = /^(?:28|3D|57P03|53300)/;

/**
 * The line for a failure that its reader can mend: `code: what is wrong`. Undefined for everything else, which is a
 * defect and better told with its stack.
 */
export function lineOf(error: unknown): string | undefined {
  if (error instanceof LetheError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code, message } = error;
  if (code === 'EADDRINUSE')
    return `port-in-use: ${addressOf(error)} is taken: end what listens there, or set LETHE_PORT (of \`lethe worker\`, LETHE_WORKER_PORT)`;
  if (NETWORK_TROUBLE.has(code))
    return `connection-failed: nothing answers at ${addressOf(error)} (${code}): look at the addresses in the environment, DATABASE_URL first`;
  if ('severity' in error && REFUSED.test(code)) return `database-refused: ${message} (${code})`;
  const trouble = FILE_TROUBLE[code];
  return trouble === undefined || !('path' in error)
    ? undefined
    : `file-unusable: ${String(error.path)}: ${trouble}`;
}

/** Of a name with several addresses, node gathers a failure each: the first will do. */
function addressOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'an address';
  if ('address' in first && 'port' in first) return `${String(first.address)}:${String(first.port)}`;
  return 'hostname' in first ? String(first.hostname) : 'an address';
}
