import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../../../src/domain/ports/kms.ts';
import { diskFiles, type DurableFiles } from '../../../src/platform/keystore/durable-files.ts';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFaultyFiles, type Fault } from './faulty-files.ts';

const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };
const clock = createFakeClock();
const FAULTS: readonly Fault[] = ['not-stored', 'half', 'stored'];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-kms-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const keysIn = async (): Promise<string[]> => (await readdir(dir)).filter(name => !name.startsWith('.'));

/** A neighbour that must come through every fault unharmed. */
async function makeNeighbour(kms: Kms) {
  const { keyId } = await kms.createKey({ name: 'neighbour' });
  const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
  return async (after: Kms): Promise<void> => {
    expect((await after.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
  };
}

/** How many steps an action takes when nothing fails. */
async function countSteps(action: (kms: Kms) => Promise<unknown>): Promise<number> {
  const faulty = createFaultyFiles();
  const kms = await openEmbeddedKms({ dir, clock, files: faulty.files });
  faulty.disarm();
  await action(kms);
  return faulty.steps();
}

describe('a crash', () => {
  it('at any step of creating a key leaves a whole key or none, and no litter after opening', async () => {
    const steps = await countSteps(kms => kms.createKey({}));
    expect(steps).toBe(6);
    for (const fault of FAULTS) {
      for (let step = 1; step <= steps; step++) {
        const faulty = createFaultyFiles();
        const kms = await openEmbeddedKms({ dir, clock, files: faulty.files });
        const neighbourIsSound = await makeNeighbour(kms);
        const before = await keysIn();
        faulty.arm(step, fault);
        expect(await rejectionCode(kms.createKey({}))).toBe('kms-unavailable');
        const after = await openEmbeddedKms({ dir, clock });
        expect((await readdir(dir)).filter(name => name.startsWith('.'))).toEqual([]);
        for (const keyId of (await keysIn()).filter(name => !before.includes(name))) {
          const { plaintext, wrapped } = await after.generateDataKey(keyId, context);
          expect((await after.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
        }
        await neighbourIsSound(after);
      }
    }
  });

  it('at any step of a destruction leaves the key as it was or destroyed, never damaged or usable again', async () => {
    const { keyId: sample } = await (await openEmbeddedKms({ dir, clock })).createKey({});
    const steps = await countSteps(kms => kms.scheduleKeyDeletion(sample, 0));
    expect(steps).toBe(13);
    for (const fault of FAULTS) {
      for (let step = 1; step <= steps; step++) await crashInDestruction(step, fault);
    }
  });

  async function crashInDestruction(step: number, fault: Fault): Promise<void> {
    const faulty = createFaultyFiles();
    const kms = await openEmbeddedKms({ dir, clock, files: faulty.files });
    const neighbourIsSound = await makeNeighbour(kms);
    const { keyId } = await kms.createKey({});
    const { plaintext, wrapped } = await kms.generateDataKey(keyId, context);
    const secret = (await readFile(join(dir, keyId, 'material'))).subarray(8, 40);
    faulty.arm(step, fault);
    expect(await rejectionCode(kms.scheduleKeyDeletion(keyId, 0))).toBe('kms-unavailable');

    const after = await openEmbeddedKms({ dir, clock });
    const { state } = await after.describeKey(keyId);
    // The intent becomes durable with the second step, the link; from there on there is no way back.
    const begun = step > 2 || (step === 2 && fault === 'stored');
    expect(state).toBe(begun ? 'destroyed' : 'enabled');
    if (state === 'enabled') {
      expect((await after.decrypt(keyId, wrapped, context)).reveal()).toEqual(plaintext.reveal());
      await after.scheduleKeyDeletion(keyId, 0);
    }
    expect(await rejectionCode(after.decrypt(keyId, wrapped, context))).toBe('kms-key-destroyed');
    for (const name of await readdir(join(dir, keyId))) {
      expect((await readFile(join(dir, keyId, name))).includes(secret)).toBe(false);
    }
    await neighbourIsSound(after);
  }

  it('at any step of disabling leaves the key enabled or disabled, and doing it again succeeds', async () => {
    const { keyId: sample } = await (await openEmbeddedKms({ dir, clock })).createKey({});
    const steps = await countSteps(kms => kms.disableKey(sample));
    expect(steps).toBe(4);
    for (const fault of FAULTS) {
      for (let step = 1; step <= steps; step++) {
        const faulty = createFaultyFiles();
        const kms = await openEmbeddedKms({ dir, clock, files: faulty.files });
        const { keyId } = await kms.createKey({});
        faulty.arm(step, fault);
        expect(await rejectionCode(kms.disableKey(keyId))).toBe('kms-unavailable');
        faulty.disarm();
        expect(['enabled', 'disabled']).toContain((await kms.describeKey(keyId)).state);
        await kms.disableKey(keyId);
        expect((await kms.describeKey(keyId)).state).toBe('disabled');
      }
    }
  });

  it('of a creation elsewhere that is swept meanwhile fails that creation, and leaves no key without material', async () => {
    const files: DurableFiles = {
      ...diskFiles,
      rename: async (from, to) => {
        await openEmbeddedKms({ dir, clock });
        await diskFiles.rename(from, to);
      },
    };
    const swept = await openEmbeddedKms({ dir, clock, files });
    expect(await rejectionCode(swept.createKey({}))).toBe('kms-unavailable');
    expect(await readdir(dir)).toEqual([]);
  });
});
