import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { LetheError } from '../../domain/errors.ts';
import { shutDown } from './orphan.ts';
import type { SystemUser } from './system-user.ts';

const READY = 'database system is ready to accept connections';
const ATTEMPTS = 3;
const KEPT_LINES = 20;

export interface Launch {
  /** The server's program. */
  readonly postgres: string;
  readonly clusterDir: string;
  readonly user: SystemUser | undefined;
  readonly flags: readonly string[];
  readonly log: (line: string) => void;
}

export interface RunningServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((done, fail) => {
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

/** Resolves when the server accepts connections; throws LetheError `postgres-start-failed` with its last lines. */
async function ready(child: ChildProcess, log: (line: string) => void): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('exit', () => fail(new LetheError('postgres-start-failed', lines.join('\n'))));
    if (child.stderr === null) return;
    createInterface(child.stderr).on('line', line => {
      log(line);
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (line.includes(READY)) done();
    });
  });
}

/** Detached: Ctrl-C reaches this process alone, which stops the server last. If this process just exits, so does it. */
async function launch(options: Launch, port: number): Promise<RunningServer> {
  const child = spawn(options.postgres, ['-D', options.clusterDir, '-p', String(port), ...options.flags], {
    ...options.user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const onExit = (): void => void child.kill('SIGINT');
  process.once('exit', onExit);
  child.once('exit', () => process.removeListener('exit', onExit));
  await ready(child, options.log);
  const { pid } = child;
  const stop = async (): Promise<void> => {
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) await shutDown(pid);
  };
  return { port, stop };
}

/** The port is free when asked for, not when taken: another process may come in between, so a start is tried again. */
export async function launchOnFreePort(options: Launch): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(options, await freePort());
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
