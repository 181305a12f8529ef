import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Survivor, SurvivorsFiles, SurvivorsHead } from '../../../src/domain/ports/epoch-store.ts';
import { openSurvivorsFiles } from '../../../src/platform/keystore/survivors-files.ts';
import { rejectionCode } from '../../support/code-of.ts';

let dir: string;
let files: SurvivorsFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-survivors-'));
  files = await openSurvivorsFiles(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const tenant = randomUUID();
const head = (epoch = 2): SurvivorsHead => ({
  ...{ tenant, epoch, kmsKeyId: 'kms-key', openedAt: new Date('2026-01-01T00:00:00.000Z') },
  roots: [
    { purpose: 'serving', wrapped: randomBytes(61) },
    { purpose: 'safety', wrapped: randomBytes(61) },
  ],
});
const survivor = (index: number): Survivor => {
  const hidden = index % 3 === 0;
  return {
    ...{ scope: `asset/${index}`, keyId: randomUUID(), safety: randomBytes(61) },
    serving: hidden ? null : randomBytes(61),
    hiddenAt: hidden ? new Date('2026-01-01T00:00:00.000Z') : null,
  };
};
// eslint-disable-next-line @typescript-eslint/require-await -- pages come from a database elsewhere
async function* pages(...all: readonly (readonly Survivor[])[]): AsyncGenerator<readonly Survivor[]> {
  yield* all;
}
const written = async (count: number, epoch = 2): Promise<{ head: SurvivorsHead; keys: Survivor[] }> => {
  const keys = Array.from({ length: count }, (_, index) => survivor(index));
  const first = head(epoch);
  expect(await files.write(first, pages(keys.slice(0, 2), keys.slice(2)))).toBe(count);
  return { head: first, keys };
};
const read = async (epoch = 2): Promise<{ head: SurvivorsHead; keys: Survivor[] }> => {
  const contents = await files.read(tenant, epoch);
  const keys: Survivor[] = [];
  for await (const page of contents.pages) keys.push(...page);
  return { head: contents.head, keys };
};

test.each([0, 1, 5, 4_001])('%i survivors come back as they were written', async count => {
  expect(await read((await written(count)).head.epoch)).toMatchObject({});
  expect((await read()).keys).toHaveLength(count);
  const again = await written(count);
  expect(await read()).toEqual(again);
});

test('those of a tenant whose keys are destroyed go, and no other’s', async () => {
  const neighbour = { ...head(5), tenant: randomUUID() };
  await files.write(neighbour, pages([survivor(1)]));
  await written(3, 2);
  await files.remove(tenant);
  await files.remove(tenant);
  expect(await readdir(dir)).toEqual([`${neighbour.tenant}.5`]);
});

test('the file is for its owner alone, and replaces that of the epoch before', async () => {
  await written(3, 2);
  await written(3, 3);
  expect(await readdir(dir)).toEqual([`${tenant}.3`]);
  expect((await stat(join(dir, `${tenant}.3`))).mode & 0o777).toBe(0o600);
  expect(await files.list()).toEqual([{ tenant, epoch: 3 }]);
});

test('a write that dies leaves the file of the epoch before, and its draft goes with the next write', async () => {
  const before = await written(3, 2);
  const broken = async function* (): AsyncGenerator<readonly Survivor[]> {
    yield [survivor(0)];
    await Promise.reject(new Error('killed'));
  };
  await expect(files.write(head(3), broken())).rejects.toThrow('killed');
  expect(await files.list()).toEqual([{ tenant, epoch: 2 }]);
  files = await openSurvivorsFiles(dir);
  expect(await read()).toEqual(before);
  await written(3, 3);
  expect(await readdir(dir)).toEqual([`${tenant}.3`]);
});

test('a process that opens the folder, or writes another tenant’s file, leaves a write that goes on alone', async () => {
  const neighbour = { ...head(5), tenant: randomUUID() };
  const interrupted = async function* (): AsyncGenerator<readonly Survivor[]> {
    yield [survivor(0)];
    await openSurvivorsFiles(dir);
    await files.write(neighbour, pages([survivor(1)]));
    yield [survivor(2)];
  };
  expect(await files.write(head(2), interrupted())).toBe(2);
  expect((await read()).keys).toHaveLength(2);
});

test('a tenant that ends leaves no draft either', async () => {
  const broken = async function* (): AsyncGenerator<readonly Survivor[]> {
    yield [survivor(0)];
    await Promise.reject(new Error('killed'));
  };
  await expect(files.write(head(3), broken())).rejects.toThrow('killed');
  await files.remove(tenant);
  expect(await readdir(dir)).toEqual([]);
});

const DAMAGES: readonly (readonly [string, (text: string) => string])[] = [
  ['is empty', () => ''],
  ['was cut in the middle', text => text.slice(0, text.length / 2)],
  ['lacks its last line', text => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`],
  ['lacks a key', text => text.split('\n').toSpliced(2, 1).join('\n')],
  ['has a key twice', text => text.replace(/\n(\["asset\/1".*)\n/, '\n$1\n$1\n')],
  ['has two keys the other way round', text => text.replace(/\n(.*)\n(.*)\n/, '\n$2\n$1\n')],
  ['has a bit changed', text => text.replace('asset/1', 'asset/0')],
  ['names another epoch', text => text.replace('"epoch":2', '"epoch":3')],
  ['goes on behind its end', text => `${text}{}\n`],
];
test.each(DAMAGES)('a file that %s is refused before a line of it is used', async (_, damage) => {
  await written(5);
  const path = join(dir, `${tenant}.2`);
  const text = await readFile(path, 'utf8');
  const damaged = damage(text);
  expect(damaged).not.toBe(text);
  await writeFile(path, damaged);
  expect(await rejectionCode(files.read(tenant, 2))).toBe('survivors-damaged');
});

test('another tenant’s file under this name is refused', async () => {
  await written(5);
  const other = randomUUID();
  await writeFile(join(dir, `${other}.2`), await readFile(join(dir, `${tenant}.2`)));
  expect(await rejectionCode(files.read(other, 2))).toBe('survivors-damaged');
});
