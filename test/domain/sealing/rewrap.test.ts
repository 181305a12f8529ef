import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WrappedKey } from '../../../src/domain/ports/epoch-store.ts';
import type { Purpose } from '../../../src/domain/ports/key-store.ts';
import { derivePartKey } from '../../../src/domain/sealing/derive.ts';
import { NONCE_BYTES } from '../../../src/domain/sealing/gcm.ts';
import { REWRAP_RANDOM_BYTES, rewrapKey, type RootPair } from '../../../src/domain/sealing/rewrap.ts';
import { unwrapKey, wrapKey } from '../../../src/domain/sealing/wrap.ts';
import { codeOf } from '../../support/code-of.ts';

const tenant = '7e000000-0000-4000-8000-000000000001';
const scope = 'asset/a';
const root = () => createSecretKey(randomBytes(32));
const from: RootPair = { epoch: 3, safety: root(), serving: root() };
const to: RootPair = { epoch: 4, safety: root(), serving: root() };
const place = (epoch: number, purpose: Purpose) => ({ tenant, scope, epoch, purpose });

const dataKey = randomBytes(32);
const wrapped = (): WrappedKey => ({
  scope,
  safety: wrapKey(from.safety, dataKey, randomBytes(NONCE_BYTES), place(3, 'safety')),
  isHidden: false,
});
const rewrap = (key: WrappedKey) => rewrapKey({ tenant, from, to }, key, randomBytes(REWRAP_RANDOM_BYTES));

test('a re-wrapped key opens to the same bytes under the new roots, and no longer needs the old ones', () => {
  const key = wrapped();
  const moved = rewrap(key);
  expect(moved).toMatchObject({ scope, was: key.safety });
  expect(unwrapKey(to.safety, moved.safety, place(4, 'safety'))).toEqual(dataKey);
  expect(unwrapKey(to.serving, moved.serving ?? Buffer.alloc(0), place(4, 'serving'))).toEqual(
    derivePartKey(dataKey, 'content'),
  );
  expect(codeOf(() => unwrapKey(from.safety, moved.safety, place(3, 'safety')))).toBe('wrap-tampered');
});

test('a hidden key stays hidden', () => {
  const moved = rewrap({ ...wrapped(), isHidden: true });
  expect(moved.serving).toBeNull();
  expect(unwrapKey(to.safety, moved.safety, place(4, 'safety'))).toEqual(dataKey);
});

test('a damaged safety wrap is refused', () => {
  const key = wrapped();
  const damaged = Buffer.from(key.safety);
  damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20);
  expect(codeOf(() => rewrap({ ...key, safety: damaged }))).toBe('wrap-tampered');
});
