import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyLiveLog } from '../../../src/application/transparency/live-check.ts';
import type { LiveCheck } from '../../../src/application/transparency/live-tree.ts';
import { leafHash } from '../../../src/domain/merkle/hash.ts';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { OTHER_TENANT, TENANT } from '../../contract/event-log-fixtures.ts';
import { createRig, type Rig } from './rig.ts';

const EVENTS = 300;

let rig: Rig;
/** The log as it was, in a table that the owner copies back before each test. */
beforeAll(async () => {
  rig = await createRig();
  await rig.append(EVENTS - 1);
  await rig.append(1, OTHER_TENANT);
  await rig.append(1);
  const notary = rig.notary();
  await notary.catchUp();
  await notary.signAll();
  await rig.owner.query('create table public.before as table log.events');
  await rig.owner.query('create table public.tiles_before as table tlog.tiles');
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.owner.query('truncate log.events; insert into log.events table public.before');
  await rig.owner.query('truncate tlog.tiles; insert into tlog.tiles table public.tiles_before');
});

async function verify(tenant = TENANT): Promise<LiveCheck> {
  const [check] = await verifyLiveLog(rig, [tenant]);
  if (check === undefined) throw new Error('one tenant, one outcome');
  return check;
}
const found = ({ faults }: LiveCheck) => faults.map(({ kind, position }) => [kind, position]);

test('an untouched log is whole', async () => {
  expect(await verify()).toEqual({ tenant: TENANT, checked: EVENTS, unproven: 0, faults: [], faultCount: 0 });
});

test('what came after the trees is counted and not judged', async () => {
  await rig.append(2);
  expect(await verify()).toMatchObject({ checked: EVENTS, unproven: 2, faults: [] });
});

test('a changed envelope is found with its position', async () => {
  await rig.owner.query(`update log.events set envelope = envelope || ' ' where position = 17`);
  const check = await verify();
  expect(found(check)).toEqual([['changed', 17]]);
  expect(check.faults[0]?.message).toBe('the envelope at position 17 was changed');
});

test('deleted events are found, each with its position', async () => {
  await rig.owner.query('delete from log.events where position in (1, 150, 301)');
  expect(found(await verify())).toEqual([
    ['deleted', 1],
    ['deleted', 150],
    ['deleted', 301],
  ]);
});

test('two events that changed places are found at both', async () => {
  await rig.owner.query(`
    update log.events set (envelope, sealed) = (select envelope, sealed from public.before where position = 46 - events.position)
    where position in (20, 26)`);
  const check = await verify();
  expect(found(check)).toEqual([
    ['reordered', 20],
    ['reordered', 26],
  ]);
  expect(check.faults[0]?.message).toBe(
    'the event at position 20 was reordered: it is the one that belongs at 26',
  );
});

test('an event given to another tenant is missing here and inserted there', async () => {
  await rig.owner.query('update log.events set tenant = $1 where position = 5', [OTHER_TENANT]);
  expect(found(await verify())).toEqual([['deleted', 5]]);
  expect(found(await verify(OTHER_TENANT))).toEqual([['inserted', 5]]);
});

test('changed sealed bytes are found, though the envelope is whole', async () => {
  await rig.owner.query(`update log.events set sealed = 'forged' where position = 200`);
  await rig.owner.query(`update log.events set sealed = null where position = 201`);
  expect(found(await verify())).toEqual([
    ['sealed-changed', 200],
    ['sealed-changed', 201],
  ]);
});

test.each(['stream', 'source', 'type'])('a changed column is found: %s', async column => {
  await rig.owner.query(`update log.events set ${column} = 'else' where position = 9`);
  const check = await verify();
  expect(check.faults).toEqual([
    { kind: 'changed', position: 9, message: `the column ${column} at position 9 was changed` },
  ]);
});

test('a revision that leaves a gap in its stream is found', async () => {
  await rig.owner.query('update log.events set revision = 3 where position = 9');
  expect(found(await verify())).toEqual([['changed', 9]]);
});

test('whoever changes the tree along with the event is found by the kept checkpoint', async () => {
  const forged = Buffer.from(
    (await rig.log.readAt([2]))[0]?.envelope.toString().replace('"test"', '"tesT"') ?? '',
  );
  await rig.owner.query(`update log.events set envelope = $1, source = 'tesT' where position = 2`, [forged]);
  await rig.owner.query(
    `update tlog.tiles set hashes = overlay(hashes placing $1 from 33) where level = 0 and index = 0 and tenant = $2`,
    [leafHash(forged), TENANT],
  );
  expect(found(await verify())).toEqual([['tree', undefined]]);
});

test('an envelope that is none, with its leaf changed to match, is found and ends nothing', async () => {
  const forged = Buffer.from('no envelope');
  await rig.owner.query(`update log.events set envelope = $1 where position = 2`, [forged]);
  await rig.owner.query(
    `update tlog.tiles set hashes = overlay(hashes placing $1 from 33) where level = 0 and index = 0 and tenant = $2`,
    [leafHash(forged), TENANT],
  );
  const check = await verify();
  expect(found(check)).toEqual([
    ['changed', 2],
    ['tree', undefined],
  ]);
  expect(check.checked).toBe(EVENTS);
});

test('all tenants are checked in one pass over the log', async () => {
  await rig.owner.query(`delete from log.events where position in (7, ${EVENTS})`);
  let reads = 0;
  const log: Pick<EventLog, 'readAll'> = {
    readAll: (after, limit) => {
      if (after === 0) reads++;
      return rig.log.readAll(after, limit);
    },
  };
  const checks = await verifyLiveLog({ ...rig, log }, [TENANT, OTHER_TENANT]);
  expect(checks.map(found)).toEqual([[['deleted', 7]], [['deleted', EVENTS]]]);
  expect(reads).toBe(1);
});

test('a kept checkpoint that nobody signed is a fault of that tenant, and the others are checked', async () => {
  const keeper: Pick<Rig['keeper'], 'read'> = {
    read: tenant => (tenant === TENANT ? Promise.resolve('forged') : rig.keeper.read(tenant)),
  };
  const [one, other] = await verifyLiveLog({ ...rig, keeper }, [TENANT, OTHER_TENANT]);
  expect(one && found(one)).toEqual([['tree', undefined]]);
  expect(other).toMatchObject({ checked: 1, faults: [] });
});

// Last: the trees stay grown.
test('a log that grows while it is read is whole, what came meanwhile not judged', async () => {
  const trees: Rig['trees'] = {
    ...rig.trees,
    cursor: async () => {
      const cursor = await rig.trees.cursor();
      await rig.append(3);
      await rig.notary().catchUp();
      return cursor;
    },
  };
  const [check] = await verifyLiveLog({ ...rig, trees }, [TENANT]);
  expect(check).toMatchObject({ unproven: 3, faults: [] });
});
