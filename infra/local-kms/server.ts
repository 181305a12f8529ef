import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { buildLocalKms } from './build.ts';

const READY_WITHIN_MS = 20_000;
const POLL_MS = 20;

export interface LocalKmsOptions {
  /** Where it keeps its keys. Started again on the same directory, it has them still. */
  readonly dir: string;
  readonly region: string;
  /** A free one when absent. */
  readonly port?: number | undefined;
}

/** One local-kms, an emulator of AWS KMS for tests: it checks no signature and no right. */
export interface LocalKms {
  readonly url: string;
  readonly region: string;
  /** Resolves when it answers. Also after `kill`. */
  start(): Promise<void>;
  /** SIGKILL; it has no other way to end. */
  kill(): Promise<void>;
}

/** Not started yet; built where the cache lacks it. */
export async function createLocalKms({ dir, region, port }: LocalKmsOptions): Promise<LocalKms> {
  const binary = await buildLocalKms();
  const at = port ?? (await freePort());
  const url = `http://127.0.0.1:${at}`;
  let running: ChildProcess | undefined;
  return {
    url,
    region,
    start: async () => {
      running = spawn(binary, {
        stdio: 'ignore',
        env: { PORT: String(at), KMS_REGION: region, KMS_DATA_PATH: dir, KMS_SEED_PATH: `${dir}/none.yaml` },
      });
      await untilReady(url, running);
    },
    kill: async () => {
      const ending = running;
      running = undefined;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`local-kms ended with exit code ${child.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return;
    if (performance.now() > deadline) throw new Error('local-kms did not become ready');
    await delay(POLL_MS);
  }
}
