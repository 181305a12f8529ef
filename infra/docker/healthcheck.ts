/**
 * Exit code 0 where the process in this container is ready, and 1 where it is not: `lethe api` and `lethe start` answer on
 * LETHE_PORT, `lethe worker` on LETHE_WORKER_PORT.
 */
const { LETHE_PORT = '7070', LETHE_WORKER_PORT = '7071' } = process.env;
const PATIENCE_MS = 4_000;

async function askReadiness(port: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
  if (status !== 200) throw new Error(`ready answers ${status}`);
}

try {
  await Promise.any([LETHE_PORT, LETHE_WORKER_PORT].map(askReadiness));
} catch {
  process.exitCode = 1;
}
