import type { Command } from 'commander';
import { runVerify, withVerifyOptions } from './command.ts';
import { verifyLive } from './live.ts';
import type { VerifyOptions } from './verify-file.ts';

interface Flags extends VerifyOptions {
  readonly live?: true;
  readonly json?: true;
}

export function registerVerify(program: Command): void {
  withVerifyOptions(program.command('verify'))
    .description('verify a bundle or an erasure certificate offline, or the log in the database')
    .argument(
      '[file]',
      'a bundle (.zip), or a certificate.json or receipt.json that stands alone; with --live: a tenant',
    )
    .option('--live', 'read the log of a tenant, or of all, from the database that the environment names')
    .action(async (what: string | undefined, flags: Flags, command: Command) => {
      if (flags.live === true) return verifyLive(what, flags.json === true);
      if (what === undefined) command.error('error: name a bundle or a certificate, or use --live');
      return runVerify(what, flags);
    });
}
