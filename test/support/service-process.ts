import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';

export interface LetheProcess {
  readonly pid: number | undefined;
  signal(how: NodeJS.Signals): void;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

const MAIN = resolve('src/cli/main.ts');

/** Runs the command line with nothing of this process's environment but the search path; output goes to the file. */
export function runLethe(
  args: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>>,
): LetheProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], ...env },
  });
  closeSync(log);
  // The last resort, where a test run is cut short.
  const endToo = (): void => void child.kill('SIGTERM');
  process.once('exit', endToo);
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('exit', code => {
      process.removeListener('exit', endToo);
      done(code);
    });
  });
  return { pid: child.pid, signal: how => void child.kill(how), ended };
}
