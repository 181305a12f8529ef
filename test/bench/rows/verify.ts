import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { writeLargeBundle } from '../../support/bundles/large-bundle.ts';
import type { Benchmark } from '../harness.ts';
import { benchDirectory } from '../postgres.ts';
import { median } from '../stats.ts';

const RATE = { what: 'verifying a bundle, offline', unit: 'events/s', target: { atLeast: 100_000 } };
const MEMORY = { what: 'the same, highest RSS', unit: 'MB', target: { atMost: 300 } };

const CHILD = join(import.meta.dirname, '../load/verify-child.ts');
const outcome = z.object({ verdict: z.literal('ok'), seconds: z.number(), rssMb: z.number() });

export const verify: Benchmark = {
  name: 'verify',
  lines: [RATE, MEMORY],
  run: async ({ runs, manyEvents }) => {
    const directory = await benchDirectory();
    try {
      const file = join(directory, 'bundle.zip');
      const key = await writeLargeBundle(file, manyEvents);
      const measured = [];
      for (let run = 0; run < runs; run++) {
        const { stdout } = await promisify(execFile)(process.execPath, [CHILD, file, key]);
        measured.push(outcome.parse(JSON.parse(stdout)));
      }
      const note = `${manyEvents} events, the whole log; unpacking, hashes and signatures included`;
      return [
        { ...RATE, measured: median(measured.map(({ seconds }) => manyEvents / seconds)), note },
        { ...MEMORY, measured: Math.max(...measured.map(({ rssMb }) => rssMb)) },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 20 });
    }
  },
};
