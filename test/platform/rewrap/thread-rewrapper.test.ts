import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WrappedKey } from '../../../src/domain/ports/epoch-store.ts';
import { derivePartKey } from '../../../src/domain/sealing/derive.ts';
import { NONCE_BYTES } from '../../../src/domain/sealing/gcm.ts';
import type { RewrapPlan, RootPair } from '../../../src/domain/sealing/rewrap.ts';
import { unwrapKey, wrapKey } from '../../../src/domain/sealing/wrap.ts';
import { openThreadRewrapper } from '../../../src/platform/rewrap/thread-rewrapper.ts';
import { rejectionCode } from '../../support/code-of.ts';

const tenant = '7e000000-0000-4000-8000-000000000001';
const roots = (epoch: number): RootPair => ({
  epoch,
  safety: createSecretKey(randomBytes(32)),
  serving: createSecretKey(randomBytes(32)),
});
const plan: RewrapPlan = { tenant, from: roots(1), to: roots(2) };

interface Made extends WrappedKey {
  readonly dataKey: Buffer;
}

const make = (count: number): Made[] =>
  Array.from({ length: count }, (_, index) => {
    const dataKey = randomBytes(32);
    const scope = `asset/${index}` as const;
    const place = { tenant, scope, epoch: 1, purpose: 'safety' } as const;
    const safety = wrapKey(plan.from.safety, dataKey, randomBytes(NONCE_BYTES), place);
    return { scope, safety, isHidden: index % 3 === 0, dataKey };
  });
const expectMoved = async (page: readonly Made[], rewrapper = openThreadRewrapper(plan)): Promise<void> => {
  const moved = await rewrapper.rewrap(page);
  expect(moved.map(({ scope, was }) => ({ scope, was }))).toEqual(
    page.map(({ scope, safety }) => ({ scope, was: safety })),
  );
  for (const [index, { scope, safety, serving }] of moved.entries()) {
    const { dataKey, isHidden } = page[index] ?? expect.fail();
    const place = { tenant, scope, epoch: 2 };
    expect(unwrapKey(plan.to.safety, safety, { ...place, purpose: 'safety' })).toEqual(dataKey);
    expect(serving === null).toBe(isHidden);
    if (serving === null) continue;
    const content = unwrapKey(plan.to.serving, serving, { ...place, purpose: 'serving' });
    expect(content).toEqual(derivePartKey(dataKey, 'content'));
  }
};
/** With a bit of one safety wrap turned. */
const damaged = (page: readonly Made[], at: number): Made[] =>
  page.map((key, index) => {
    if (index !== at) return key;
    const safety = Buffer.from(key.safety);
    safety.writeUInt8(safety.readUInt8(20) ^ 1, 20);
    return { ...key, safety };
  });

describe.each([
  ['a few keys', 3],
  ['as many as are worth a thread', 450],
])('%s', (_, count) => {
  test('open to the same bytes under the new roots, in their order; the hidden stay hidden', async () => {
    await using rewrapper = openThreadRewrapper(plan);
    await expectMoved(make(count), rewrapper);
    await expectMoved(make(count), rewrapper);
  });

  test('are refused whole for one damaged wrap, and what comes after is done', async () => {
    await using rewrapper = openThreadRewrapper(plan);
    const page = make(count);
    expect(await rejectionCode(rewrapper.rewrap(damaged(page, count - 1)))).toBe('wrap-tampered');
    const [first, ...rest] = page;
    const cut = [...rest, { ...(first ?? expect.fail()), safety: Buffer.alloc(60, 1) }];
    expect(await rejectionCode(rewrapper.rewrap(cut))).toBe('wrap-malformed');
    await expectMoved(page, rewrapper);
  });
});

test('no two wraps share a nonce', async () => {
  await using rewrapper = openThreadRewrapper(plan);
  const moved = await rewrapper.rewrap(make(600));
  const wraps = moved.flatMap(({ safety, serving }) => (serving === null ? [safety] : [safety, serving]));
  const nonces = new Set(wraps.map(wrap => wrap.subarray(1, 1 + NONCE_BYTES).toString('hex')));
  expect(nonces.size).toBe(wraps.length);
});
