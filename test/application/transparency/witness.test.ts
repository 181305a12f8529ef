import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Notary } from '../../../src/application/transparency/notary.ts';
import { openCheckpoint } from '../../../src/domain/tlog/checkpoint.ts';
import { createHttpWitness } from '../../../src/platform/notary/http-witness.ts';
import { TENANT } from '../../contract/event-log-fixtures.ts';
import { startWitness, type TestWitness } from '../../support/witness.ts';
import { createRig, published, verifyWholeTree, type Rig } from './rig.ts';

let rig: Rig;
let witnesses: TestWitness[];
beforeEach(async () => {
  rig = await createRig();
  const { verifier } = rig.keys.signer(TENANT);
  const logKey = (origin: string) => (origin === verifier.name ? verifier : undefined);
  witnesses = await Promise.all(
    ['witness.test/a', 'witness.test/b', 'witness.test/c'].map(name => startWitness(name, logKey)),
  );
});
afterEach(async () => {
  await Promise.all(witnesses.map(witness => witness.close()));
  await rig.close();
});

const notary = (quorum: number): Notary =>
  rig.notary({ witnesses: witnesses.map(({ key, url }) => createHttpWitness(key, url)), quorum });

async function grow(by: Notary, count: number): Promise<void> {
  await rig.append(count);
  await by.catchUp();
  await by.signAll();
  rig.clock.advance(1_000);
}

const cosigners = async (): Promise<string[]> => {
  const newest = await rig.trees.newest(TENANT);
  const keys = witnesses.map(({ key }) => key);
  return openCheckpoint(newest?.note ?? '', rig.keys.signer(TENANT).verifier, keys)
    .cosignatures.map(({ key }) => key.name)
    .sort();
};

test('every checkpoint is published with the cosignatures of witnesses that checked its consistency', async () => {
  const signing = notary(3);
  await grow(signing, 3);
  await grow(signing, 300);
  expect((await published(rig))?.size).toBe(303);
  expect(await cosigners()).toEqual(['witness.test/a', 'witness.test/b', 'witness.test/c']);
  for (const { answered, seen } of witnesses) {
    expect(answered).toEqual([200, 200]);
    expect([...seen.values()].map(({ size }) => size)).toEqual([303]);
  }
  await verifyWholeTree(rig);
});

test('a notary that does not know what the witnesses saw is told, and goes on from there', async () => {
  await grow(notary(3), 3);
  await grow(notary(3), 4);
  expect(witnesses.map(({ answered }) => answered)).toEqual(Array(3).fill([200, 409, 200]));
  expect((await published(rig))?.size).toBe(7);
});

test.each(['forges', 'fails', 'says nothing'] as const)(
  'a witness that %s does not count; with a quorum of the others the checkpoint is published',
  async how => {
    witnesses[0]?.misbehave(how);
    await grow(notary(2), 5);
    expect(await cosigners()).toEqual(['witness.test/b', 'witness.test/c']);
    expect(rig.refused).toEqual([]);
  },
);

test('nothing new is published while the quorum is missing, and all of it once it is back', async () => {
  const signing = notary(3);
  await grow(signing, 5);
  for (const witness of witnesses.slice(1)) witness.misbehave('fails');
  await grow(signing, 5);
  expect(rig.refused).toEqual(['witness-quorum-missing']);
  expect((await published(rig))?.size).toBe(5);
  expect(await rig.keeper.read(TENANT)).toMatch(/\n10\n/);
  for (const witness of witnesses) witness.misbehave(undefined);
  await grow(signing, 1);
  expect((await published(rig))?.size).toBe(11);
  await verifyWholeTree(rig);
});

test('a witness that has seen a larger tree refuses the smaller one', async () => {
  await grow(notary(3), 5);
  const { name } = rig.keys.signer(TENANT).verifier;
  witnesses[0]?.seen.set(name, { origin: name, size: 1_000, root: Buffer.alloc(32) });
  await grow(notary(3), 5);
  expect(rig.refused).toEqual(['witness-quorum-missing']);
  expect((await published(rig))?.size).toBe(5);
});
