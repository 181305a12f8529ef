import { rm } from 'node:fs/promises';
import type { Benchmark } from '../harness.ts';
import { benchDirectory } from '../postgres.ts';
import { startService } from '../service.ts';
import { median } from '../stats.ts';

const FIRST = { what: 'start to ready, the first time', unit: 's', target: { atMost: 6 } };
const AGAIN = { what: 'start to ready, afterwards', unit: 's', target: { atMost: 3 } };

export const start: Benchmark = {
  name: 'start',
  lines: [FIRST, AGAIN],
  run: async ({ runs }) => {
    const [first, again]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      const dataDir = await benchDirectory();
      try {
        first.push(await secondsToReady(dataDir));
        again.push(await secondsToReady(dataDir));
      } finally {
        await rm(dataDir, { recursive: true, force: true, maxRetries: 20 });
      }
    }
    return [
      {
        ...FIRST,
        measured: median(first),
        note: 'from the start of the process to the first 200 of /health/ready',
      },
      { ...AGAIN, measured: median(again) },
    ];
  },
};

async function secondsToReady(dataDir: string): Promise<number> {
  const service = await startService(dataDir);
  await service.stop();
  return service.readyMs / 1_000;
}
