import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createExtender } from '../../../src/application/transparency/extend.ts';
import { checkLogAgainstCheckpoints } from '../../../src/application/transparency/start-check.ts';
import { checkpointText } from '../../../src/domain/tlog/checkpoint.ts';
import { signNote } from '../../../src/domain/tlog/note.ts';
import { TENANT } from '../../contract/event-log-fixtures.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createRig, holding, published, verifyWholeTree, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  await rig.append(300);
  await round();
});
afterEach(() => rig.close());

async function round(): Promise<void> {
  const notary = rig.notary();
  await notary.catchUp();
  await notary.signAll();
  rig.clock.advance(1_000);
}

const keep = (size: number, root: Buffer): Promise<void> => {
  const signer = rig.keys.signer(TENANT);
  return rig.keeper.keep(
    TENANT,
    signNote(checkpointText({ origin: signer.verifier.name, size, root }), signer),
    holding,
  );
};

const check = (): Promise<void> =>
  checkLogAgainstCheckpoints({ ...rig, extender: createExtender({ log: rig.log, trees: rig.trees }) });

test.each([
  ['of a larger tree', 1_000],
  ['with another root', 200],
])(
  'a kept checkpoint %s is never contradicted: nothing is signed until an operator acts',
  async (_, size) => {
    const note = await rig.keeper.read(TENANT);
    await keep(size, Buffer.alloc(32, 7));
    await rig.append(5);
    await round();
    expect(rig.refused).toEqual(['checkpoint-contradiction']);

    // The file is as it should be again; the refusal stands none the less.
    await rig.keeper.keep(TENANT, note ?? '', holding);
    await round();
    expect(rig.refused).toEqual(['checkpoint-contradiction', 'checkpoint-contradiction']);
    expect((await published(rig))?.size).toBe(300);

    await rm(join(rig.dir, 'checkpoints', `${TENANT}.refused`));
    await round();
    expect((await published(rig))?.size).toBe(305);
    await verifyWholeTree(rig);
  },
);

test('without its kept file, the notary still contradicts nothing that it has published', async () => {
  await rm(join(rig.dir, 'checkpoints', `${TENANT}.checkpoint`));
  await rig.owner.query('update tlog.checkpoints set root = $1', [Buffer.alloc(32, 7)]);
  await rig.append(5);
  await round();
  expect(rig.refused).toEqual(['checkpoint-contradiction']);
});

test('a tree that grew, and was signed by another process, since it was listed is no contradiction', async () => {
  await rig.append(5);
  await round();
  await rig.append(1);
  const trees = {
    ...rig.trees,
    unpublished: () => Promise.resolve([{ tenant: TENANT, size: 300, published: 0 }]),
  };
  const notary = rig.notary({ trees });
  await notary.catchUp();
  await notary.signAll();
  expect(rig.refused).toEqual([]);
  expect((await published(rig))?.size).toBe(306);
});

test('a notary that has lost its lease keeps and publishes nothing more', async () => {
  const note = await rig.keeper.read(TENANT);
  await rig.append(5);
  const notary = rig.notary({ check: () => Promise.reject(new Error('lease lost')) });
  await notary.catchUp();
  await expect(notary.signAll()).rejects.toThrow('lease lost');
  expect(await rig.keeper.read(TENANT)).toBe(note);
  expect((await published(rig))?.size).toBe(300);
});

test('a log that begins with what was signed may start, its trees caught up', async () => {
  await rig.append(400);
  await check();
  expect((await rig.trees.state(TENANT))?.size).toBe(700);
});

test('a log shorter than a kept checkpoint may not start, and the error names tenant and both sizes', async () => {
  await keep(301, Buffer.alloc(32, 7));
  await expect(check()).rejects.toThrow(
    new RegExp(`${TENANT} has 300 events, but 301 were signed.*operating.md`),
  );
  await expect(check()).rejects.toMatchObject({
    code: 'log-shorter-than-checkpoint',
    details: { tenant: TENANT, signed: 301, found: 300 },
  });
  await verifyWholeTree(rig);
});

test('a log that begins with something else may not start', async () => {
  await keep(200, Buffer.alloc(32, 7));
  expect(await rejectionCode(check())).toBe('log-contradicts-checkpoint');
});

test('a log cut off behind its trees may not start', async () => {
  await rig.owner.query('delete from log.events where position > 290');
  expect(await rejectionCode(check())).toBe('log-shorter-than-checkpoint');
});

test('a log whose last signed event was changed may not start', async () => {
  await rig.owner.query(`update log.events set envelope = 'changed' where position = 300`);
  expect(await rejectionCode(check())).toBe('log-contradicts-checkpoint');
});

test('a kept checkpoint that somebody else signed is not believed', async () => {
  const note = (await rig.keeper.read(TENANT)) ?? '';
  await rig.keeper.keep(TENANT, note.replace('\n300\n', '\n200\n'), holding);
  expect(await rejectionCode(check())).toBe('note-signature-invalid');
});
