import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { hashSecret, mintKey, parseKey } from '../../src/application/credentials.ts';
import { rotateKey, type RotatedKey, type RotationDeps } from '../../src/application/key-rotation.ts';
import type { Draft } from '../../src/application/recorder.ts';
import { PACK_POLICIES } from '../../src/domain/policy/packs.ts';
import type { Credential, Rotation } from '../../src/domain/ports/credentials.ts';
import { rejectionCode } from '../support/code-of.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const TENANT = '7e000000-0000-4000-8000-000000000001';
const HOUR_MS = 3_600_000;
const actor = { kind: 'staff', id: 'key-1', role: 'tenant-admin' } as const;
const policy = PACK_POLICIES.neuralseek;

const clock = createFakeClock();
let stored: Credential;
let rotations: Rotation[];
let recorded: Draft[];
let deps: RotationDeps;
beforeEach(() => {
  const { id, hash } = mintKey(randomBytes);
  const ends = { expiresAt: null, revokedAt: null, previous: null, lastUsedAt: null };
  stored = { id, tenant: TENANT, role: 'ingest', subject: null, hash, createdAt: clock.now(), ...ends };
  [rotations, recorded] = [[], []];
  deps = {
    ...{ clock, randomBytes, random: { uuid: randomUUID, uuidv7: randomUUID } },
    store: {
      find: id => Promise.resolve(id === stored.id ? stored : undefined),
      rotate: (_tenant, _id, rotation) => {
        rotations.push(rotation);
        return Promise.resolve(true);
      },
    },
    recorder: {
      record: (_stamp, drafts) => {
        recorded.push(...drafts);
        return Promise.resolve(drafts.map((_, index) => index + 7));
      },
    },
    tenants: {
      get: tenant =>
        Promise.resolve({
          ...{ tenant, name: 'Example', region: 'eu-central', version: 1, policy },
          policyAt: () => ({ version: 1, policy }),
        }),
    },
  };
});

const rotate = (
  order: Parameters<typeof rotateKey>[2] = { overlapMs: HOUR_MS },
  tenant = TENANT,
): Promise<RotatedKey> => rotateKey(deps, { tenant, id: stored.id, actor }, order);
const later = (ms: number): Date => new Date(clock.now().getTime() + ms);

test('a key gets a new secret under its id; the old one ends after the overlap, on record', async () => {
  const { id, key, previousUntil, position } = await rotate();
  expect([id, previousUntil, position]).toEqual([stored.id, later(HOUR_MS), 7]);
  const parsed = parseKey(key.reveal().toString('utf8'));
  expect(parsed?.id).toBe(stored.id);
  expect(rotations).toEqual([
    { from: stored.hash, to: parsed && hashSecret(parsed.secret), previousUntil, expiresAt: null },
  ]);
  const data = { credential: stored.id, previousUntil: later(HOUR_MS).toISOString() };
  expect(recorded).toEqual([{ type: 'credential.rotated', data, actor, time: clock.now() }]);
});

test('the old secret never outlives the end that it had, also where the key gets a later one', async () => {
  stored = { ...stored, expiresAt: later(60_000) };
  await rotate({ overlapMs: HOUR_MS, expiresAt: later(2 * HOUR_MS) });
  await rotate();
  expect(rotations).toMatchObject([
    { previousUntil: later(60_000), expiresAt: later(2 * HOUR_MS) },
    { previousUntil: later(60_000), expiresAt: later(60_000) },
  ]);
});

test('where it cannot be put on record nothing changes', async () => {
  deps = { ...deps, recorder: { record: () => Promise.reject(new Error('the log is down')) } };
  await expect(rotate()).rejects.toThrow('the log is down');
  expect(rotations).toEqual([]);
});

test('who comes second of two is refused, and gets no secret', async () => {
  deps = { ...deps, store: { ...deps.store, rotate: () => Promise.resolve(false) } };
  expect(await rejectionCode(rotate())).toBe('credential-changed');
});

test.each<[string, () => Partial<Credential>]>([
  ['was revoked', () => ({ revokedAt: clock.now() })],
  ['has expired', () => ({ expiresAt: clock.now() })],
])('a key that %s is not rotated', async (_what, change) => {
  stored = { ...stored, ...change() };
  expect(await rejectionCode(rotate())).toBe('credential-ended');
  expect([rotations, recorded]).toEqual([[], []]);
});

test('a key of another tenant is not there', async () => {
  expect(await rejectionCode(rotate(undefined, '7e000000-0000-4000-8000-000000000002'))).toBe(
    'credential-not-found',
  );
  expect([rotations, recorded]).toEqual([[], []]);
});
