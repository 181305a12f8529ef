import { rm } from 'node:fs/promises';
import { benchDirectory } from './postgres.ts';
import { startService, type RunningService } from './service.ts';

/** Gives a fresh service, in a directory of its own, to `use`; both are gone afterwards. */
export async function withService<T>(
  use: (service: RunningService, dataDir: string) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const dataDir = await benchDirectory();
  try {
    const service = await startService(dataDir, env);
    try {
      return await use(service, dataDir);
    } finally {
      await service.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20 });
  }
}
