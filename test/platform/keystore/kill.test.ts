import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { rejectionCode } from '../../support/code-of.ts';

const CHURN = fileURLToPath(new URL('./churn.ts', import.meta.url));
const ROUNDS = 8;
const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };
const clock = { now: () => new Date() };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-kms-kill-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What a killed process had been told: keys made with a wrapped data key, and keys destroyed. */
interface Told {
  readonly created: Map<string, Buffer>;
  readonly destroyed: Set<string>;
}

/** Runs the churn until it has reported `lines`, then kills it in the middle of whatever it does. */
async function churnAndKill(lines: number, told: Told): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [CHURN, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no output to read');
  const exited = once(child, 'exit');
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, keyId = '', wrapped = ''] = line.split(' ');
    if (what === 'created') told.created.set(keyId, Buffer.from(wrapped, 'base64'));
    if (what === 'destroyed') told.destroyed.add(keyId);
    if (++seen === lines) child.kill('SIGKILL');
  }
  await exited;
}

describe('kill -9', () => {
  it('loses no key that was made and brings back none that was destroyed', async () => {
    const told: Told = { created: new Map(), destroyed: new Set() };
    for (let round = 1; round <= ROUNDS; round++) {
      await churnAndKill(round * 3, told);
      const kms = await openEmbeddedKms({ dir, clock });
      expect((await readdir(dir)).filter(name => name.startsWith('.'))).toEqual([]);
      for (const [keyId, wrapped] of told.created) {
        const { state } = await kms.describeKey(keyId);
        if (told.destroyed.has(keyId)) expect(state).toBe('destroyed');
        const expected = state === 'enabled' ? undefined : 'kms-key-destroyed';
        expect(await rejectionCode(kms.decrypt(keyId, wrapped, context))).toBe(expected);
      }
    }
    expect(told.destroyed.size).toBeGreaterThan(ROUNDS);
  });
});
