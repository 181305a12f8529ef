import { InvalidArgumentError, type Command } from 'commander';
import { acceptLoss } from '../application/transparency/accept-loss.ts';
import type { Loss } from '../application/transparency/start-check.ts';
import { opaqueId } from '../domain/events/fields.ts';
import { LetheError } from '../domain/errors.ts';
import { lossesOf } from './compose-transparency.ts';
import { wholeNumber } from './numbers.ts';
import { composeRecording, withStores } from './with-stores.ts';

interface Flags {
  readonly size?: number;
  readonly root?: string;
  readonly by?: string;
}

export function registerAcceptLoss(program: Command): void {
  program
    .command('accept-loss')
    .argument('[tenant]', 'whose log goes on without what is lost; absent: show what is lost')
    .option('--size <n>', 'events of the signed log that is given up', wholeNumber(0))
    .option('--root <base64>', 'its root')
    .option('--by <id>', 'who answers for it: an opaque id, it goes into the log', opaque)
    .description('go on where the end of a log is lost for good')
    .action(accept);
}

/** It stays in clear, for ever: neither a name nor an address. */
function opaque(text: string): string {
  const { success } = opaqueId.safeParse(text);
  if (!success) throw new InvalidArgumentError('must be an id without spaces and @');
  return text;
}

const accept = (tenant: string | undefined, { size, root, by }: Flags): Promise<void> =>
  withStores(async stores => {
    const losses = await lossesOf(stores);
    if (tenant === undefined) {
      process.stdout.write(losses.map(shown).join('') || 'nothing is lost\n');
      return;
    }
    if (size === undefined || root === undefined || by === undefined)
      throw new LetheError('loss-unnamed', 'name what is given up and who answers: --size, --root and --by');
    const { keeper } = stores.notary;
    const accepted = { tenant, size, root, by };
    const generation = await acceptLoss({ keeper, ...composeRecording(stores) }, losses, accepted);
    process.stdout.write(`the log of tenant ${tenant} goes on as its generation ${generation}\n`);
  });

const shown = ({ tenant, found, signed: { size, root } }: Loss): string =>
  `tenant ${tenant}: ${found} events found, ${size} were signed; to go on without them:\n` +
  `  lethe accept-loss ${tenant} --size ${size} --root ${root.toString('base64')} --by <id>\n`;
