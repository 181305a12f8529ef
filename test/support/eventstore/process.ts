import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const SERVER = resolve('test/support/eventstore/main.ts');

/** The server as a process of its own, which ends with this one. */
export async function startServer(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const child = fork(SERVER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [url] = (await once(child, 'message')) as [string];
  const stop = async (): Promise<void> => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { url, stop };
}
