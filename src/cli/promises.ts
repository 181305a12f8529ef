import type { Command } from 'commander';
import type { ClauseResult } from '../domain/policy/clause-result.ts';
import { LetheError } from '../domain/errors.ts';
import { readOperatorKey } from './import/command.ts';
import { webAddress } from './numbers.ts';
import { renderTable } from './terminal/table.ts';

interface Flags {
  readonly url: string;
  readonly key?: string;
  readonly all: boolean;
  readonly json: boolean;
}

interface Answer {
  readonly position: number;
  readonly at: string;
  readonly clauses: readonly ClauseResult[];
}

interface ListedTenant {
  readonly tenant: string;
  readonly name: string;
}

export function registerPromises(program: Command): void {
  program
    .command('promises')
    .argument('[tenant]', 'id of the tenant; every tenant when absent, with the operator key')
    .description('say of every clause of the policy whether it holds, by a running service')
    .option('--url <address>', 'address of the service', webAddress, 'http://127.0.0.1:7070')
    .option('--key <key>', 'API key (default: the operator key in the data directory)')
    .option('--all', 'every clause, whatever the pack of the tenant', false)
    .option('--json', 'JSON, one line a tenant', false)
    .action(async (tenant: string | undefined, flags: Flags) => promises(tenant, flags));
}

async function promises(tenant: string | undefined, flags: Flags): Promise<void> {
  const key = flags.key ?? (await readOperatorKey(process.env['LETHE_DATA_DIR'] ?? '.lethe'));
  const get = <T>(path: string): Promise<T> => getJson<T>(new URL(path, flags.url), key);
  const listed =
    tenant === undefined
      ? (await get<{ items: ListedTenant[] }>('/v1/tenants')).items
      : [{ tenant, name: tenant }];
  let broken = 0;
  for (const { tenant: id, name } of listed) {
    const path = `/v1/tenants/${encodeURIComponent(id)}/promises?all=${String(flags.all)}`;
    const answer = await get<Answer>(path);
    broken += answer.clauses.filter(({ status }) => status === 'broken').length;
    process.stdout.write(flags.json ? `${JSON.stringify({ tenant: id, ...answer })}\n` : shown(name, answer));
  }
  // So that a script notices; 1 is for a command that failed.
  if (broken > 0) process.exitCode = 2;
}

function shown(name: string, { position, at, clauses }: Answer): string {
  const rows = clauses.map(({ id, status, promise, evidence }) => [
    id,
    status,
    folded(`${promise} ${evidence}`),
  ]);
  return `${name}, log position ${position}, ${at}\n${renderTable(['clause', 'status', 'measured'], rows)}\n`;
}

const WIDTH = 96;

/** Broken into lines at spaces, so that a table fits a terminal. */
function folded(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** Throws `service-unreachable`, or the code that the service answers with. */
async function getJson<T>(url: URL, key: string): Promise<T> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } }).catch(
    (cause: unknown) => {
      throw new LetheError('service-unreachable', `no service answers at ${url.origin}`, { cause });
    },
  );
  const body = (await response.json()) as T & { readonly code?: string; readonly detail?: string };
  if (!response.ok)
    throw new LetheError(body.code ?? 'request-failed', body.detail ?? `HTTP ${response.status}`);
  return body;
}
