import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckpointKeeper } from '../../../src/domain/ports/notary.ts';
import { openKeptCheckpoints } from '../../../src/platform/notary/kept-checkpoints.ts';

const TENANT = '0199a000-0000-7000-8000-000000000001';
const holding = (): Promise<void> => Promise.resolve();

let dir: string;
let keeper: CheckpointKeeper;
let other: CheckpointKeeper;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-kept-'));
  keeper = await openKeptCheckpoints({ dir });
  other = await openKeptCheckpoints({ dir });
});
afterEach(() => rm(dir, { recursive: true }));

test('a note is kept as soon as the lease is seen to be held, and not without', async () => {
  await keeper.keep(TENANT, 'old', holding);
  await expect(keeper.keep(TENANT, 'new', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(await other.read(TENANT)).toBe('old');
});

test('whoever is frozen after the check, and wakes when another has kept a newer note, replaces nothing', async () => {
  const frozen = keeper.keep(TENANT, 'older', () => other.keep(TENANT, 'newer', holding));
  await expect(frozen).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await keeper.read(TENANT)).toBe('newer');
  expect(await readdir(dir)).toEqual([`${TENANT}.checkpoint`]);
});
