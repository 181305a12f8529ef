import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../../src/application/recorder.ts';
import { acceptLoss, type AcceptedLoss } from '../../../src/application/transparency/accept-loss.ts';
import { createExtender } from '../../../src/application/transparency/extend.ts';
import { findLosses } from '../../../src/application/transparency/start-check.ts';
import type { TenantInfo } from '../../../src/application/tenants.ts';
import { TENANT } from '../../contract/event-log-fixtures.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createRig, published, verifyWholeTree, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.close());

const losses = () => findLosses({ ...rig, extender: createExtender({ log: rig.log, trees: rig.trees }) });

/** Signs five events, then takes the database back to its first three. */
async function loseTwo(): Promise<AcceptedLoss> {
  await rig.append(3);
  const notary = rig.notary();
  await notary.catchUp();
  await notary.signAll();
  const tables = [
    'tlog.trees',
    'tlog.tiles',
    'tlog.leaf_positions',
    'tlog.checkpoints',
    'tlog.cursor',
    'log.events',
  ];
  await rig.owner.query('create schema backup');
  for (const table of tables)
    await rig.owner.query(`create table backup.${table.replace('.', '_')} as table ${table}`);
  rig.clock.advance(2_000);
  await rig.append(2);
  await notary.catchUp();
  await notary.signAll();
  const { size = 0, root } = (await published(rig)) ?? {};
  expect(size).toBe(5);
  for (const table of tables.toReversed()) {
    await rig.owner.query(`delete from ${table}`);
    await rig.owner.query(`insert into ${table} select * from backup.${table.replace('.', '_')}`);
  }
  return { tenant: TENANT, size, root: root?.toString('base64') ?? '', by: 'staff-7' };
}

async function accept(order: AcceptedLoss, keeper = rig.keeper): Promise<number> {
  const surroundings = { clock: rig.clock, random: { uuid: randomUUID, uuidv7 } };
  const tenants = {
    get: (tenant: string) => Promise.resolve({ tenant, region: 'eu-central', version: 1 } as TenantInfo),
  };
  const recorder = createRecorder(rig.log, surroundings);
  return acceptLoss({ keeper, recorder, tenants, clock: rig.clock }, await losses(), order);
}

const accepted = async (): Promise<number> =>
  (await rig.log.readAll(0, 100)).filter(({ type }) => type === 'log.loss-accepted').length;

test('a loss that is accepted is on record, and the log goes on under another name, from what is left', async () => {
  const order = await loseTwo();
  const { name } = rig.keys.signer(TENANT).verifier;
  expect(await losses()).toMatchObject([{ tenant: TENANT, found: 3, signed: { size: 5 } }]);
  expect(await accept(order)).toBe(2);
  expect(await losses()).toEqual([]);
  expect(rig.keys.signer(TENANT).verifier.name).toBe(`${name}/2`);
  // What the first generation has published is no checkpoint of this one.
  expect(await rig.transparency.checkpoint(TENANT)).toBeUndefined();
  rig.clock.advance(2_000);
  await rig.notary().catchUp();
  await rig.notary().signAll();
  expect(rig.refused).toEqual([]);
  expect(await published(rig)).toMatchObject({ origin: `${name}/2`, size: 4 });
  await verifyWholeTree(rig);
});

test('nothing but exactly what is lost can be accepted', async () => {
  const order = await loseTwo();
  for (const wrong of [{ size: 4 }, { root: randomUUID() }, { tenant: randomUUID() }])
    expect(await rejectionCode(accept({ ...order, ...wrong }))).toBe('loss-not-found');
  expect(await accepted()).toBe(0);
  expect(await readdir(join(rig.dir, 'checkpoints'))).toEqual([`${TENANT}.checkpoint`]);
});

test('cut off between the record and the file, it is done again and recorded once', async () => {
  const order = await loseTwo();
  const cut = { ...rig.keeper, abandon: () => Promise.reject(new Error('cut off')) };
  await expect(accept(order, cut)).rejects.toThrow('cut off');
  expect(rig.keeper.generation(TENANT)).toBe(1);
  expect(await accept(order)).toBe(2);
  expect(await accepted()).toBe(1);
});
