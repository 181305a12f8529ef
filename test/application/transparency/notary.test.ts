import { afterEach, beforeEach, expect, test } from 'vitest';
import { LetheError } from '../../../src/domain/errors.ts';
import { rootOfRange } from '../../../src/domain/merkle/frontier.ts';
import { leafHash } from '../../../src/domain/merkle/hash.ts';
import { verifyConsistency, verifyInclusion } from '../../../src/domain/merkle/verify.ts';
import { decodeBundle } from '../../../src/domain/tlog/tiles.ts';
import { OTHER_TENANT, TENANT } from '../../contract/event-log-fixtures.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createRig, published, verifyWholeTree, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.close());

test('each tenant has a tree of its own, grown in any batches across tile borders', async () => {
  const notary = rig.notary();
  for (const count of [1, 254, 1, 1, 300, 700]) {
    await rig.append(count);
    await rig.append(3, OTHER_TENANT);
    await notary.catchUp();
    await verifyWholeTree(rig);
  }
  await verifyWholeTree(rig, OTHER_TENANT);
  expect((await rig.trees.state(OTHER_TENANT))?.size).toBe(18);
});

test('a checkpoint is published at most once a second, only when there is something new, each extending the last', async () => {
  const notary = rig.notary();
  await rig.append(5);
  await notary.catchUp();
  await notary.signAll();
  const first = await published(rig);
  expect(first?.size).toBe(5);

  await rig.append(2);
  await notary.catchUp();
  await notary.signAll();
  expect((await published(rig))?.size).toBe(5);

  rig.clock.advance(1_000);
  await notary.signAll();
  const second = await published(rig);
  expect(second?.size).toBe(7);
  rig.clock.advance(1_000);
  await notary.signAll();
  expect(await rig.owner.query('select size from tlog.checkpoints')).toMatchObject({ rowCount: 2 });
  if (first === undefined || second === undefined) throw new Error('not published');
  verifyConsistency({ from: first, to: second, proof: await rig.transparency.consistency(TENANT, 5, 7) });
});

test('two notaries at once add every leaf once', async () => {
  await rig.append(600);
  const [one, two] = [rig.notary(), rig.notary()];
  await Promise.all([one.catchUp(), two.catchUp(), one.extend(), two.extend()]);
  await verifyWholeTree(rig);
});

test('signing ends where the lease is lost: no tree is refused for it', async () => {
  await rig.append(1);
  const lost = new LetheError('lease-lost', 'another process may hold it by now');
  const notary = rig.notary({ check: () => Promise.reject(lost) });
  await notary.catchUp();
  await expect(notary.signAll()).rejects.toMatchObject({ code: 'lease-lost' });
  expect(rig.refused).toEqual([]);
  expect(await rig.transparency.checkpoint(TENANT)).toBeUndefined();
});

test('every event is proven in the published tree, alone and as part of a range', async () => {
  const envelopes = await rig.append(300);
  const notary = rig.notary();
  await notary.catchUp();
  await notary.signAll();
  const { size, root } = await rig.transparency.covering(TENANT, 300, 0);
  for (const index of [0, 1, 255, 256, 299]) {
    const leaf = leafHash(envelopes[index] ?? Buffer.alloc(0));
    verifyInclusion({
      leaf,
      index,
      size,
      root,
      proof: await rig.transparency.inclusion(TENANT, index, size),
    });
    expect(await rig.transparency.indexOf(TENANT, index + 1)).toBe(index);
  }
  const range = { from: 17, to: 270, size, ...(await rig.transparency.rangeProof(TENANT, 17, 270, size)) };
  const streamed: Buffer[] = [];
  for await (const batch of rig.transparency.entries(TENANT, 17, 270))
    streamed.push(...batch.map(({ envelope }) => envelope));
  expect(streamed).toEqual(envelopes.slice(17, 270));
  expect(await rootOfRange(range, streamed.map(leafHash))).toEqual(root);
});

test('tiles and bundles of any width that the tree has are served, and none that it has not', async () => {
  const envelopes = await rig.append(260);
  await rig.notary().catchUp();
  const { transparency } = rig;
  expect(await transparency.tile(TENANT, 0, 0, 256)).toEqual(
    Buffer.concat(envelopes.slice(0, 256).map(leafHash)),
  );
  expect(await transparency.tile(TENANT, 0, 1, 3)).toEqual(
    Buffer.concat(envelopes.slice(256, 259).map(leafHash)),
  );
  expect(decodeBundle(await transparency.entryBundle(TENANT, 1, 4))).toEqual(envelopes.slice(256));
  expect(await rejectionCode(transparency.tile(TENANT, 0, 1, 5))).toBe('tile-not-found');
  expect(await rejectionCode(transparency.tile(TENANT, 2, 0, 1))).toBe('tile-not-found');
  expect(await rejectionCode(transparency.entryBundle(TENANT, 1, 5))).toBe('tile-not-found');
  expect(await rejectionCode(transparency.tile(OTHER_TENANT, 0, 0, 1))).toBe('tile-not-found');
});

test('positions of other tenants are no leaves, and count only what lies before them', async () => {
  await rig.append(2);
  await rig.append(2, OTHER_TENANT);
  await rig.append(1);
  await rig.notary().catchUp();
  expect(await rig.transparency.indexOf(TENANT, 3)).toBeUndefined();
  expect(await rig.transparency.indexOf(TENANT, 5)).toBe(2);
  expect(await Promise.all([0, 2, 4, 5, 9].map(at => rig.transparency.sizeAt(TENANT, at)))).toEqual([
    0, 2, 2, 3, 3,
  ]);
});

test('proofs beyond the tree are refused', async () => {
  await rig.append(4);
  await rig.notary().catchUp();
  const { transparency } = rig;
  const asked = [
    () => transparency.inclusion(TENANT, 4, 4),
    () => transparency.inclusion(TENANT, 0, 5),
    () => transparency.inclusion(TENANT, -1, 4),
    () => transparency.consistency(TENANT, 3, 2),
    () => transparency.rangeProof(TENANT, 3, 2, 4),
    () => transparency.rangeProof(TENANT, 0, 2, 5),
  ];
  for (const ask of asked) expect(await rejectionCode(ask())).toBe('proof-out-of-range');
  expect(await rejectionCode(transparency.covering(TENANT, 4, 0))).toBe('checkpoint-behind');
});

test('a full tile can no longer be changed by the service', async () => {
  await rig.append(257);
  await rig.notary().catchUp();
  const forged = [
    { tenant: TENANT, size: 257, tiles: [{ level: 0, index: 0, hashes: Buffer.alloc(8192) }], positions: [] },
  ];
  await expect(rig.trees.extend({ from: 257, to: 258, growths: forged })).rejects.toThrow();
  await verifyWholeTree(rig);
  expect(await rig.trees.cursor()).toBe(257);
});
