import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a load generator in a process of its own: sends it one order and resolves with its one answer. */
export async function runInChild<T>(module: URL, order: object): Promise<T> {
  const child = fork(fileURLToPath(module), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise<T>((resolve, reject) => {
    child.once('message', answer => resolve(answer as T));
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`the load generator ended with exit code ${code ?? 'none'}`)),
    );
    child.send(order);
  });
}
