import { expect, it, test } from 'vitest';
import { outagesBy } from '../../src/application/attempts.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { tellingAttempts } from '../support/attempts.ts';

const refuse = (code: string) => (): Promise<string> => Promise.reject(new LetheError(code, 'not now'));
const done = (): Promise<string> => Promise.resolve('done');

it('tells what fails and goes on with the others; what failed is left alone for a while, longer each time', async () => {
  let now = 0;
  const { attempts, failed } = tellingAttempts(() => now);
  const triedAt: number[] = [];
  for (; now <= 100_000; now += 500) {
    await attempts.of('failing', () => {
      triedAt.push(now);
      return refuse('kms-key-disabled')();
    });
    expect(await attempts.of('other', done)).toBe('done');
  }
  expect(triedAt).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000]);
  expect(failed).toEqual(triedAt.map(() => ['failing', 'kms-key-disabled']));
  expect(attempts.failing).toBe(1);
});

it('begins anew once it has succeeded', async () => {
  let now = 0;
  const { attempts, failed } = tellingAttempts(() => now);
  for (const at of [0, 1_000]) {
    now = at;
    await attempts.of('one', refuse('log-conflict'));
  }
  now = 3_000;
  expect(await attempts.of('one', done)).toBe('done');
  expect(attempts.failing).toBe(0);
  await attempts.of('one', refuse('log-conflict'));
  now = 4_000;
  expect(await attempts.of('one', done)).toBe('done');
  expect(failed).toHaveLength(3);
});

it('puts off the piece that failed, and no other of the same tenant', async () => {
  const { attempts } = tellingAttempts(() => 0);
  expect(await attempts.of('one', refuse('log-conflict'), 'first')).toBeUndefined();
  expect(await attempts.of('one', done, 'first')).toBeUndefined();
  expect(await attempts.of('one', done, 'second')).toBe('done');
});

test.each(['lease-lost', 'log-unavailable', 'view-behind'])(
  'what keeps every tenant alike (%s) is thrown, and is no tenant’s failure',
  async code => {
    const { attempts, failed } = tellingAttempts(() => 0);
    await expect(attempts.of('one', refuse(code))).rejects.toMatchObject({ code });
    expect(failed).toEqual([]);
    expect(await attempts.of('one', done)).toBe('done');
  },
);

it('asks about a failure without a code of its own whether the store is away', () => {
  const away = new Error('connection lost');
  const isOutage = outagesBy(error => error === away);
  expect(isOutage(away)).toBe(true);
  expect(isOutage(new Error('a defect'))).toBe(false);
  expect(isOutage(new LetheError('kms-unavailable', 'the key service of one region'))).toBe(false);
});
