import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulate, type SimulateOptions } from '../../../src/cli/simulate/command.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-simulate-'));
});
afterEach(async () => rm(dir, { recursive: true }));

const options = (changes: Partial<SimulateOptions> = {}): SimulateOptions => ({
  days: 2,
  users: 40,
  rate: 5,
  seed: 3,
  out: join(dir, 'traffic.ndjson'),
  tenants: 1,
  until: new Date('2026-02-04T00:00:00Z'),
  abusers: 0,
  plantSeed: 1,
  ...changes,
});

describe('lethe simulate', () => {
  it('writes the same file for the same seed', async () => {
    await simulate(options());
    const first = await readFile(join(dir, 'traffic.ndjson'));
    await simulate(options());
    expect(await readFile(join(dir, 'traffic.ndjson'))).toEqual(first);
    expect(first.length).toBeGreaterThan(10_000);
  });

  it('writes one JSON object a line, the last line ended', async () => {
    await simulate(options());
    const lines = (await readFile(join(dir, 'traffic.ndjson'), 'utf8')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map(line => (JSON.parse(line) as { specversion: string }).specversion)).toEqual(
      lines.map(() => '1.0'),
    );
  });

  it('writes a file a tenant, named after the organisation', async () => {
    await simulate(options({ tenants: 3 }));
    expect((await readdir(dir)).sort()).toEqual([
      'traffic-atelier.ndjson',
      'traffic-companion.ndjson',
      'traffic-helpdesk.ndjson',
    ]);
  });

  it('refuses several tenants on standard output, and more tenants than users', async () => {
    await expect(simulate(options({ tenants: 2, out: '-' }))).rejects.toMatchObject({
      code: 'simulate-usage',
    });
    await expect(simulate(options({ tenants: 5, users: 4 }))).rejects.toMatchObject({
      code: 'simulate-usage',
    });
    expect(await readdir(dir)).toEqual([]);
  });
});
