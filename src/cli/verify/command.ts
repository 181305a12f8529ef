import { type Command, InvalidArgumentError } from 'commander';
import type { Verification } from '../../domain/bundle/verification.ts';
import { LetheError } from '../../domain/errors.ts';
import { verifyFile, type VerifyOptions } from './verify-file.ts';
import { inWords } from './words.ts';

const FAILED = 1;
const UNREADABLE = 2;

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function quorum(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('must be a whole number from 1 on');
  return value;
}

/** The options that an auditor gives, on the service's command and on the stand-alone one. */
export const withVerifyOptions = (command: Command): Command =>
  command
    // 1 says that a bundle is wrong: a wrong invocation is something else.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : UNREADABLE))
    .option('--key <vkey>', 'public key of the log, as you pinned it: name+id+key')
    .option('--checkpoint <file>', 'an older checkpoint that you kept; may be given again', collect)
    .option('--consistency <file>', 'a consistency proof that you fetched; may be given again', collect)
    .option('--witness <vkey>', 'public key of a witness; may be given again', collect)
    .option('--quorum <k>', 'how many of the witnesses have to have cosigned; all where absent', quorum)
    .option('--json', 'print the outcome as JSON');

/** Verifies a file and prints the outcome. Exit code 0: holds · 1: does not · 2: cannot be judged. */
export async function runVerify(
  file: string,
  options: VerifyOptions & { readonly json?: true },
): Promise<void> {
  try {
    const verification = await verifyFile(file, options);
    process.stdout.write(options.json ? asJson(file, verification) : inWords(file, verification));
    if (verification.verdict === 'failed') process.exitCode = FAILED;
  } catch (error) {
    if (!(error instanceof LetheError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = UNREADABLE;
  }
}

const asJson = (file: string, verification: Verification): string =>
  `${JSON.stringify({ file, ...verification }, undefined, 2)}\n`;
