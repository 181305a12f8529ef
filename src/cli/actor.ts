import { text } from 'node:stream/consumers';
import { InvalidArgumentError, type Command } from 'commander';
import { uuid } from '../domain/events/fields.ts';
import { LetheError } from '../domain/errors.ts';
import { loadConfig } from '../platform/config.ts';
import { pseudonymOf } from '../platform/oidc/pseudonym.ts';

interface Flags {
  readonly issuer: string;
  readonly tenant?: string;
}

export function registerActor(program: Command): void {
  program
    .command('actor')
    .requiredOption('--issuer <url>', 'whose access tokens they are, as `iss` has it')
    .option('--tenant <id>', 'whose records; absent: those of the operator', tenantId)
    .description(
      'what the holders of access tokens are called on record: reads one `sub` a line, from standard input',
    )
    .action(tell);
}

function tenantId(given: string): string {
  if (!uuid.safeParse(given).success) throw new InvalidArgumentError('must be the id of a tenant');
  return given;
}

/** From standard input, so that no name stays in a shell's history; what comes out stands line by line for what went in. */
async function tell({ issuer, tenant }: Flags): Promise<void> {
  const { oidc } = loadConfig(process.env);
  if (oidc?.issuers.some(known => known.issuer === issuer) !== true) {
    throw new LetheError('token-issuer-unknown', 'LETHE_OIDC names no such issuer');
  }
  for (const sub of (await text(process.stdin)).split(/\r?\n/u)) {
    if (sub !== '')
      process.stdout.write(`${pseudonymOf({ issuer, tenant: tenant ?? null, sub }, oidc.actorKey)}\n`);
  }
}
