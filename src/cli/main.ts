import { Command } from 'commander';
import { registerAcceptLoss } from './accept-loss.ts';
import { registerActor } from './actor.ts';
import { registerDeadLetters } from './dead-letters.ts';
import { registerDemo } from './demo/demo.ts';
import { lineOf } from './failure.ts';
import { registerImport } from './import/command.ts';
import { registerOperatorKeys } from './operator-keys.ts';
import { registerOrphans } from './orphans.ts';
import { registerPromises } from './promises.ts';
import { registerRebuild } from './rebuild.ts';
import { registerRoll } from './roll.ts';
import { registerRules } from './rules-replay.ts';
import { exitOnSignals } from './signals.ts';
import { registerSimulate } from './simulate/command.ts';
import { registerStart } from './start.ts';
import { registerVerify } from './verify/register.ts';
import { VERSION } from './version.ts';

const program = new Command('lethe')
  .description('The ledger of an AI platform: forgets content on time, keeps the proof.')
  .version(VERSION)
  // Before the commands are made, which inherit it.
  .allowExcessArguments(false)
  .showHelpAfterError();

for (const register of [
  registerStart,
  registerDemo,
  registerSimulate,
  registerImport,
  registerRebuild,
  registerRoll,
  registerAcceptLoss,
  registerDeadLetters,
  registerOrphans,
  registerOperatorKeys,
  registerActor,
  registerPromises,
  registerRules,
  registerVerify,
])
  register(program);

exitOnSignals();
try {
  await program.parseAsync();
} catch (error) {
  const line = lineOf(error);
  if (line === undefined) throw error;
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
