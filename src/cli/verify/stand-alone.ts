import { Command } from 'commander';
import { runVerify, withVerifyOptions } from './command.ts';

/** The verifier by itself, which `npm run build:verifier` makes one file of: no service, no database, no network. */
await withVerifyOptions(new Command('lethe-verify'))
  .description('verifies a bundle or an erasure certificate of Lethe, offline')
  // A second file would pass unseen, beside an OK that is not about it.
  .allowExcessArguments(false)
  .argument('<file>', 'a bundle (.zip), or a certificate.json or receipt.json that stands alone')
  .action(runVerify)
  .parseAsync();
